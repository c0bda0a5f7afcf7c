import { Box, FormControlLabel, Switch, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  changeRetention,
  type RetentionKind,
  type RetentionService,
  retentionKey,
  retentionKindQuery,
} from '@/api/retention';
import { FormDialog } from '@/components/ui/FormDialog';
import { Stack, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { formatDateTime } from '@/lib/time';
import { useSettled } from '@/lib/useSettled';
import { amountText, daysText } from './retentionTexts';

interface Props {
  service: RetentionService;
  kind: RetentionKind;
  name: string;
  onClose: () => void;
}

const MAX_DAYS = 36_500;

/** For how long a kind is kept; says before it is saved what that would remove. */
export function RetentionDialog({ service, kind, name, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [hasLimit, setHasLimit] = useState(kind.days !== null);
  const [text, setText] = useState(String(kind.days ?? 365));
  const isNumber = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_DAYS;
  const days = hasLimit && isNumber ? Number(text) : null;
  const settled = useSettled(days);
  const detail = useQuery(retentionKindQuery(service, kind.kind, settled ?? undefined));
  const change = useMutation({
    mutationFn: () => changeRetention(service, kind.kind, { days, version: kind.version }),
    onSuccess: () => {
      showToast('success', t('retention.saved'));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: retentionKey }),
  });
  const isCounted = settled === days && detail.data !== undefined && !detail.isFetching;
  return (
    <FormDialog
      title={name}
      hint={t(`retention.kind.${service}/${kind.kind}.about`, kind.kind)}
      submit={t('action.save')}
      busy={change.isPending}
      disabled={(hasLimit && !isNumber) || days === kind.days}
      isDangerous={days !== null}
      error={change.error}
      onClose={onClose}
      onSubmit={() => change.mutate()}
    >
      <FormControlLabel
        control={
          <Switch size="small" checked={hasLimit} onChange={(event) => setHasLimit(event.target.checked)} />
        }
        label={t('retention.limit')}
        slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
      />
      {hasLimit && (
        <TextField
          size="small"
          type="number"
          label={t('retention.daysLabel')}
          helperText={t('retention.daysHint')}
          error={!isNumber}
          value={text}
          onChange={(event) => setText(event.target.value)}
          slotProps={{ htmlInput: { min: 1, max: MAX_DAYS } }}
        />
      )}
      {days !== null && (
        <Text role="status">
          {detail.isError
            ? problemText(detail.error, t)
            : !isCounted
              ? t('retention.previewing')
              : detail.data.due.rows === 0
                ? t('retention.previewNone')
                : t('retention.preview', { entries: amountText(detail.data.due, t) })}
        </Text>
      )}
      {detail.data && detail.data.changes.length > 0 && (
        <Stack gap={0.5}>
          <Text variant="muted">{t('retention.changes')}</Text>
          <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 160, overflowY: 'auto' }}>
            {detail.data.changes.map((entry) => (
              <Text component="li" variant="hint" key={entry.id}>
                {t('retention.changeLine', {
                  time: formatDateTime(entry.at),
                  name: entry.by_name,
                  before: daysText(entry.old_days, t),
                  after: daysText(entry.new_days, t),
                })}
              </Text>
            ))}
          </Box>
        </Stack>
      )}
    </FormDialog>
  );
}
