import '@/i18n/identity';
import {
  Autocomplete,
  Box,
  FormControlLabel,
  Switch,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accountKeys, changeMe, meQuery } from '@/api/account';
import { changePreferences, preferencesKey, preferencesQuery } from '@/api/preferences';
import { Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { SelectField } from '@/components/ui/SelectField';
import { showToast } from '@/components/ui/toast';
import { chooseAccountLanguage, isLanguage, LANGUAGES, languageOfBrowser } from '@/i18n/languages';
import { IconDeviceDesktop, IconMoon, IconSun } from '@/lib/icons';
import { useSetting } from '@/lib/settings';
import { formatDateTime } from '@/lib/time';
import { useNow } from '@/lib/useNow';

export function AppearanceTab() {
  const { t } = useTranslation();
  const { mode, setMode } = useColorScheme();
  const [shortcuts, setShortcuts] = useSetting('shortcuts');
  return (
    <Stack gap={2}>
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
      <Language />
      <TimeZone />
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
          slotProps={{ typography: { sx: { fontSize: '0.8125rem', marginInlineStart: 0.5 } } }}
        />
      </Panel>
    </Stack>
  );
}

/** Kept with the account, so that it is the same in every browser. */
function Language() {
  const { t, i18n } = useTranslation();
  const queryClient = useQueryClient();
  const me = useQuery(meQuery());
  const change = useMutation({
    mutationFn: (language: string) => changeMe({ language: isLanguage(language) ? language : '' }),
    onSuccess: async (profile, language) => {
      queryClient.setQueryData(accountKeys.me, profile);
      await chooseAccountLanguage(language);
      showToast('success', i18n.t('account.saved'));
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <Panel title={t('profile.language')}>
      <Box sx={{ maxWidth: 360 }}>
        <SelectField
          label={t('profile.language')}
          value={change.isPending ? change.variables : (me.data?.language ?? '')}
          disabled={!me.data || change.isPending}
          onChange={(language) => change.mutate(language)}
          choices={[
            { value: '', label: t('profile.browserLanguage', { name: LANGUAGES[languageOfBrowser()] }) },
            ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label })),
          ]}
        />
      </Box>
    </Panel>
  );
}

/** One choice for both: how times are shown here, and when quiet hours and digests are. */
function TimeZone() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const now = useNow();
  const preferences = useQuery(preferencesQuery());
  const [shown, setShown] = useSetting('timeZone');
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  const change = useMutation({
    mutationFn: (time_zone: string) => changePreferences({ schedule: { time_zone } }),
    onSuccess: (kept) => {
      queryClient.setQueryData(preferencesKey, kept);
      setShown(kept.schedule.time_zone);
      showToast('success', t('account.saved'));
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <Panel title={t('account.timeZone')}>
      <Autocomplete
        size="small"
        disableClearable
        options={zones}
        value={shown || own}
        disabled={change.isPending}
        onChange={(_event, zone) => change.mutate(zone)}
        renderInput={(params) => <TextField {...params} label={t('account.timeZone')} />}
        sx={{ maxWidth: 360, pt: 0.75 }}
      />
      <Text variant="hint" mt={1}>
        {t('account.timeZoneHint', {
          time: formatDateTime(new Date(now).toISOString()),
          mail: preferences.data?.schedule.time_zone ?? '…',
        })}
      </Text>
    </Panel>
  );
}
