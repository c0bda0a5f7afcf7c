import { Box, IconButton, MenuItem } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { meQuery } from '@/api/account';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { Tooltip } from '@/components/ui/Tooltip';
import { ttsRoles, useSession, useUser } from '@/context/SessionContext';
import { IconLogout, IconUser } from '@/lib/icons';

export function AccountMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const { signOut } = useSession();
  const navigate = useNavigate();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const me = useQuery({ ...meQuery(), staleTime: 5 * 60_000 });
  const close = () => setAnchor(null);
  return (
    <>
      <Tooltip title={user.full_name}>
        <IconButton
          aria-label={t('nav.account', { name: user.full_name })}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <PersonAvatar person={user} size={24} picture={me.data?.avatar_url || undefined} />
        </IconButton>
      </Tooltip>
      <LazyMenu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <Box sx={{ px: 1, pt: 0.5, pb: 1, borderBottom: 1, borderColor: 'divider', mb: 0.5, minWidth: 200 }}>
          <Box sx={{ fontSize: '0.8125rem', fontWeight: 600 }}>{user.full_name}</Box>
          <Text variant="hint">{ttsRoles(user).join(', ')}</Text>
        </Box>
        <MenuItem
          onClick={() => {
            close();
            navigate('/profile');
          }}
        >
          <IconUser size={16} aria-hidden />
          {t('nav.profile')}
        </MenuItem>
        <MenuItem
          onClick={() => {
            close();
            void signOut();
          }}
        >
          <IconLogout size={16} aria-hidden />
          {t('action.signOut')}
        </MenuItem>
      </LazyMenu>
    </>
  );
}
