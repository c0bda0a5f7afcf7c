import '@/i18n/identity';
import { Alert, Box, Button, Switch, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { workerChoices } from '@/api/choices';
import { type Availability, changeAvailability, peopleKeys, type Worker } from '@/api/people';
import { toProblem } from '@/api/problem';
import { Columns, Row, Text } from '@/components/ui/layout';
import { PickField } from '@/components/ui/PickField';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { useUnsaved } from '@/lib/unsaved';
import { localTime, momentOf } from '@/lib/zoned';

interface Props {
  worker: Worker;
  /** Somebody else's, in the hands of an administrator, who also says how many tasks at once. */
  ofOther?: boolean;
}

const fieldFor = (iso: string | null) => (iso ? localTime(iso) : '');
const momentIn = (local: string) => (local === '' ? null : momentOf(local));

/** Away from when until when, who stands in, how many tasks at once. */
export function AvailabilityForm({ worker, ofOther = false }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [away, setAway] = useState(worker.away_from !== null);
  const [from, setFrom] = useState(() => fieldFor(worker.away_from));
  const [until, setUntil] = useState(() => fieldFor(worker.away_until));
  const [substitute, setSubstitute] = useState(String(worker.substitute?.user_id ?? ''));
  const [capacity, setCapacity] = useState(worker.capacity === null ? '' : String(worker.capacity));
  const typed = JSON.stringify([away, from, until, substitute, capacity]);
  const [stored, setStored] = useState(typed);
  useUnsaved(typed !== stored);
  const save = useMutation({
    mutationFn: () => {
      const values: Availability = {
        away_from: away ? (momentIn(from) ?? new Date().toISOString()) : null,
        away_until: away ? momentIn(until) : null,
        substitute_id: substitute === '' ? null : Number(substitute),
      };
      if (ofOther) values.capacity = capacity === '' ? null : Number(capacity);
      return changeAvailability(worker.user_id, values);
    },
    onSuccess: () => {
      setStored(typed);
      showToast('success', t('account.saved'));
      void queryClient.invalidateQueries({ queryKey: peopleKeys.workers });
    },
  });
  const problem = save.isError ? toProblem(save.error) : null;
  const self = new Set([String(worker.user_id)]);
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
      sx={{ display: 'grid', gap: 2, maxWidth: 480, fontSize: '0.8125rem' }}
    >
      {problem && !problem.about('away_until') && !problem.about('substitute_id') && (
        <Alert severity="error" role="alert">
          {problemText(problem, t)}
        </Alert>
      )}
      <Row component="label" gap={1} align="center" nowrap>
        <Switch size="small" checked={away} onChange={(event) => setAway(event.target.checked)} />
        {t(ofOther ? 'availability.awayOther' : 'availability.away')}
      </Row>
      {away && (
        <Columns>
          <TextField
            size="small"
            type="datetime-local"
            label={t('availability.from')}
            helperText={t('availability.fromHint')}
            value={from}
            onChange={(event) => setFrom(event.target.value)}
            slotProps={{ inputLabel: { shrink: true } }}
          />
          <TextField
            size="small"
            type="datetime-local"
            label={t('availability.until')}
            error={Boolean(problem?.about('away_until'))}
            helperText={problem?.about('away_until') ?? t('availability.untilHint')}
            value={until}
            onChange={(event) => setUntil(event.target.value)}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        </Columns>
      )}
      <PickField
        label={t('availability.substitute')}
        source={workerChoices}
        value={substitute}
        empty={t('availability.nobody')}
        exclude={self}
        error={problem?.about('substitute_id')}
        hint={t(ofOther ? 'availability.substituteHintOther' : 'availability.substituteHint')}
        onChange={setSubstitute}
      />
      {ofOther && (
        <TextField
          size="small"
          type="number"
          label={t('availability.capacity')}
          helperText={t('availability.capacityHint', { count: worker.open_tasks })}
          value={capacity}
          onChange={(event) => setCapacity(event.target.value)}
          slotProps={{ htmlInput: { min: 0, max: 10_000 } }}
        />
      )}
      <Text variant="hint">{t('availability.hint')}</Text>
      <Box>
        <Button type="submit" variant="contained" loading={save.isPending}>
          {t('action.save')}
        </Button>
      </Box>
    </Box>
  );
}
