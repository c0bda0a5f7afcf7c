import { Box, Button, FormControlLabel, Switch, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import { useTranslation } from 'react-i18next';
import { useSetting } from '@/components/settings';
import { Badge } from '@/components/ui/Badge';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@/components/ui/icons';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { PersonAvatar } from '@/components/ui/Person';
import { useSession, useUser } from '@/context/SessionContext';

export function ProfilePage() {
  const { t } = useTranslation();
  const user = useUser();
  const { signOut } = useSession();
  const { mode, setMode } = useColorScheme();
  const [shortcuts, setShortcuts] = useSetting('shortcuts');
  const systems = Object.entries(user.roles).filter(([, roles]) => roles.length > 0);
  return (
    <Box sx={{ maxWidth: 720, mx: 'auto' }}>
      <PageHeader
        title={t('nav.profile')}
        actions={
          <Button variant="outlined" startIcon={<IconLogout size={16} />} onClick={() => void signOut()}>
            {t('action.signOut')}
          </Button>
        }
      />
      <Box sx={{ display: 'grid', gap: 2 }}>
        <Panel title={t('profile.who')}>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
            <PersonAvatar person={user} size={52} />
            <Box sx={{ minWidth: 0 }}>
              <Box sx={{ fontWeight: 620 }}>{user.full_name}</Box>
              <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
                {user.email}
              </Box>
              <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
                {t('profile.username', { name: user.username })}
              </Box>
            </Box>
          </Box>
        </Panel>
        <Panel title={t('profile.roles')}>
          <Box sx={{ display: 'grid', gap: 1.25 }}>
            {systems.map(([system, roles]) => (
              <Box key={system} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 0.75 }}>
                <Box
                  sx={{
                    width: 64,
                    fontSize: '0.8125rem',
                    color: 'text.secondary',
                    textTransform: 'uppercase',
                  }}
                >
                  {system}
                </Box>
                {roles.map((role) => (
                  <Badge key={role} tone={role === 'Admin' ? 'green' : 'grey'}>
                    {role}
                  </Badge>
                ))}
              </Box>
            ))}
          </Box>
        </Panel>
        <Panel title={t('profile.appearance')}>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={mode ?? 'system'}
            onChange={(_event, next) => next && setMode(next)}
            aria-label={t('profile.theme')}
            sx={{
              '& .MuiToggleButton-root': {
                gap: 0.75,
                px: 1.5,
                height: 32,
                textTransform: 'none',
                fontSize: '0.8125rem',
                borderColor: 'divider',
              },
            }}
          >
            <ToggleButton value="light">
              <IconSun size={16} aria-hidden />
              {t('profile.light')}
            </ToggleButton>
            <ToggleButton value="dark">
              <IconMoon size={16} aria-hidden />
              {t('profile.dark')}
            </ToggleButton>
            <ToggleButton value="system">
              <IconDeviceDesktop size={16} aria-hidden />
              {t('profile.system')}
            </ToggleButton>
          </ToggleButtonGroup>
        </Panel>
        <Panel title={t('profile.keyboard')}>
          <FormControlLabel
            control={
              <Switch
                size="small"
                checked={shortcuts === 'on'}
                onChange={(event) => setShortcuts(event.target.checked ? 'on' : 'off')}
              />
            }
            label={t('profile.shortcuts')}
            slotProps={{ typography: { sx: { fontSize: '0.8125rem', ml: 0.5 } } }}
          />
        </Panel>
      </Box>
    </Box>
  );
}
