import '@/i18n/identity';
import { Alert, Box, MenuItem, Switch, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  type Channel,
  changePreferences,
  type MailSchedule,
  type PreferenceChanges,
  type Preferences,
  preferencesKey,
  preferencesQuery,
  type TypePreference,
} from '@/api/preferences';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconLock } from '@/lib/icons';

const CHANNELS: Channel[] = ['inapp', 'email'];

/** Every switch is kept at once; what could not be kept goes back to how it was. */
export function NotificationsTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const preferences = useQuery(preferencesQuery());
  const change = useMutation({
    mutationFn: changePreferences,
    onMutate: (changes) => {
      const before = queryClient.getQueryData<Preferences>(preferencesKey);
      queryClient.setQueryData<Preferences>(preferencesKey, (shown) => shown && applied(shown, changes));
      return before;
    },
    onSuccess: (kept) => queryClient.setQueryData(preferencesKey, kept),
    onError: (error, _changes, before) => {
      queryClient.setQueryData(preferencesKey, before);
      showToast('error', problemText(error, t));
    },
  });
  if (preferences.isError) {
    return <ErrorState error={preferences.error} onRetry={() => preferences.refetch()} />;
  }
  if (!preferences.data) return <LoadingRows rows={8} />;
  const { types, schedule } = preferences.data;
  return (
    <Stack gap={2}>
      <Panel flush title={t('prefs.types')}>
        <Box
          component="table"
          aria-label={t('prefs.types')}
          sx={{
            width: '100%',
            borderCollapse: 'collapse',
            fontSize: '0.8125rem',
            '& th, & td': { px: 2, py: 0.5, textAlign: 'start' },
            '& thead th': { typography: 'caption', color: 'text.secondary', py: 1 },
            '& tbody tr': { borderTop: 1, borderColor: 'divider' },
            '& tbody th': { fontWeight: 450 },
            '& .channel': { width: { xs: 64, sm: 110 }, px: { xs: 0.5, sm: 2 }, textAlign: 'center' },
          }}
        >
          <thead>
            <tr>
              <th scope="col">{t('prefs.what')}</th>
              {CHANNELS.map((channel) => (
                <th key={channel} scope="col" className="channel">
                  {t(`prefs.channel.${channel}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {types
              .filter((type) => !type.is_locked)
              .map((type) => (
                <TypeRow
                  key={type.notification_type}
                  type={type}
                  onChange={(channel, value) =>
                    change.mutate({
                      types: [{ notification_type: type.notification_type, [channel]: value }],
                    })
                  }
                />
              ))}
          </tbody>
        </Box>
        <Always types={types.filter((type) => type.is_locked)} />
      </Panel>
      <Schedule schedule={schedule} onChange={(next) => change.mutate({ schedule: next })} />
    </Stack>
  );
}

interface TypeRowProps {
  type: TypePreference;
  onChange: (channel: Channel, value: boolean) => void;
}

function TypeRow({ type, onChange }: TypeRowProps) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1 }}>
          {type.label}
          {type.is_urgent && (
            <Text component="span" variant="hint">
              {t('prefs.urgent')}
            </Text>
          )}
        </Box>
      </th>
      {CHANNELS.map((channel) => (
        <td key={channel} className="channel">
          <Switch
            size="small"
            checked={type[channel]}
            onChange={(event) => onChange(channel, event.target.checked)}
            slotProps={{
              input: {
                'aria-label': t('prefs.switch', {
                  type: type.label,
                  channel: t(`prefs.channel.${channel}`),
                }),
              },
            }}
          />
        </td>
      ))}
    </tr>
  );
}

/** What can't be switched off is named, not offered. */
function Always({ types }: { types: TypePreference[] }) {
  const { t } = useTranslation();
  return (
    <Box
      sx={{
        display: 'flex',
        gap: 1,
        px: 2,
        py: 1.5,
        borderTop: 1,
        borderColor: 'divider',
        fontSize: '0.8125rem',
        '& svg': { flexShrink: 0, mt: 0.375, color: 'text.secondary' },
      }}
    >
      <IconLock size={15} aria-hidden />
      <Box>
        <Box sx={{ fontWeight: 560 }}>{t('prefs.always')}</Box>
        <Box>{types.map((type) => type.label).join(' · ')}</Box>
        <Text variant="hint" mt={0.25}>
          {t('prefs.alwaysHint')}
        </Text>
      </Box>
    </Box>
  );
}

interface ScheduleProps {
  schedule: MailSchedule;
  onChange: (changes: Partial<MailSchedule>) => void;
}

function Schedule({ schedule, onChange }: ScheduleProps) {
  const { t } = useTranslation();
  const isQuiet = schedule.quiet_from !== null && schedule.quiet_to !== null;
  return (
    <Panel title={t('prefs.when')}>
      <Box sx={{ display: 'grid', gap: 2, fontSize: '0.8125rem' }}>
        {schedule.is_unsubscribed && (
          <Alert severity="warning">
            <Row gap={1} align="center">
              {t('prefs.unsubscribed')}
              <Switch
                size="small"
                checked={false}
                onChange={() => onChange({ is_unsubscribed: false })}
                slotProps={{ input: { 'aria-label': t('prefs.subscribe') } }}
              />
            </Row>
          </Alert>
        )}
        <Row gap={2} align="center">
          <TextField
            select
            size="small"
            label={t('prefs.digest')}
            value={schedule.digest}
            onChange={(event) => onChange({ digest: event.target.value as MailSchedule['digest'] })}
            sx={{ minWidth: 220 }}
          >
            {(['off', 'hourly', 'daily'] as const).map((each) => (
              <MenuItem key={each} value={each}>
                {t(`prefs.digests.${each}`)}
              </MenuItem>
            ))}
          </TextField>
          {schedule.digest === 'daily' && (
            <Clock
              label={t('prefs.digestAt')}
              value={schedule.digest_at ?? '08:00'}
              onChange={(digest_at) => onChange({ digest_at })}
            />
          )}
        </Row>
        <Row gap={2} align="center">
          <Row component="label" gap={1} align="center" nowrap>
            <Switch
              size="small"
              checked={isQuiet}
              onChange={(event) =>
                onChange(
                  event.target.checked
                    ? { quiet_from: '20:00', quiet_to: '07:00' }
                    : { quiet_from: null, quiet_to: null },
                )
              }
            />
            {t('prefs.quiet')}
          </Row>
          {isQuiet && (
            <>
              <Clock
                label={t('prefs.from')}
                value={schedule.quiet_from ?? ''}
                onChange={(quiet_from) => onChange({ quiet_from })}
              />
              <Clock
                label={t('prefs.to')}
                value={schedule.quiet_to ?? ''}
                onChange={(quiet_to) => onChange({ quiet_to })}
              />
            </>
          )}
        </Row>
        <Text variant="hint">{t('prefs.whenHint', { zone: schedule.time_zone })}</Text>
      </Box>
    </Panel>
  );
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange: (v: string) => void }) {
  return (
    <TextField
      size="small"
      type="time"
      label={label}
      value={value}
      onChange={(event) => event.target.value && onChange(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: 130 }}
    />
  );
}

function applied(shown: Preferences, changes: PreferenceChanges): Preferences {
  return {
    types: shown.types.map((type) => ({
      ...type,
      ...changes.types?.find((each) => each.notification_type === type.notification_type),
    })),
    schedule: { ...shown.schedule, ...changes.schedule },
  };
}
