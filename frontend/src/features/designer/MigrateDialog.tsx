import '@/i18n/migration';
import { Alert, Box, Button } from '@mui/material';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { versionQuery } from '@/api/definitions';
import { type MigrationResult, migrateTasks, migrationPreviewQuery } from '@/api/migration';
import { translated } from '@/api/problem';
import { taskKeys } from '@/api/tasks';
import { workflowKeys } from '@/api/workflows';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { List, Row, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { SelectField } from '@/components/ui/SelectField';
import { QueryState } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { IconAlertTriangle, IconCircleCheck } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';

interface Props {
  workflowId: number;
  from: number;
  to: number;
  onClose: () => void;
}

/** Move the running tickets of a version to another: steps, preview, what became of each, and the way back. */
export function MigrateDialog({ workflowId, from, to, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const id = String(workflowId);
  const versions = { from_version: from, to_version: to };
  const [chosen, setChosen] = useState<Record<number, number>>({});
  const [reason, setReason] = useState('');
  const [moved, setMoved] = useState<MigrationResult[]>([]);
  const [returned, setReturned] = useState<MigrationResult[]>([]);
  const [isStarted, setStarted] = useState(false);
  const mapping = Object.entries(chosen).map(([one, two]) => ({ from_step: Number(one), to_step: two }));
  const preview = useQuery({
    ...migrationPreviewQuery(id, versions, mapping),
    placeholderData: keepPreviousData,
    enabled: !isStarted,
  });
  const target = useQuery(versionQuery(id, String(to)));
  const data = preview.data;
  const tasks = (data?.tasks ?? []).filter((row) => row.error === null);
  const isBack = (row: MigrationResult) =>
    returned.some((each) => each.task_id === row.task_id && each.status > 0);
  // Whoever got no answer may be returned once more.
  const back = moved.filter((row) => row.ok && !isBack(row));
  const keys = useRef(new Map<string, string>());
  const failure = (error: unknown) => problemText(error, t);
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: taskKeys.all });
    void queryClient.invalidateQueries({ queryKey: workflowKeys.all });
  };
  const move = useMutation({
    mutationFn: () => {
      setStarted(true);
      return migrateTasks(
        id,
        { ...versions, mapping, reason: reason.trim() },
        tasks.map((row) => ({ task_id: row.task_id, expected_version: row.version })),
        {
          keys: keys.current,
          failure,
          onResults: (results) => setMoved((before) => [...before, ...results]),
        },
      );
    },
    // Nothing was moved: the form comes back with what was chosen.
    onError: () => setStarted(false),
    onSettled: refresh,
  });
  const giveBack = useMutation({
    mutationFn: () =>
      migrateTasks(
        id,
        {
          from_version: to,
          to_version: from,
          mapping: [],
          reason: t('migration.returnReason', { reason: reason.trim() }).slice(0, 2000),
        },
        back.map((row) => ({
          task_id: row.task_id,
          expected_version: row.version ?? 1,
          to_step: row.from_step?.id,
        })),
        {
          keys: keys.current,
          failure,
          onResults: (results) =>
            setReturned((before) => [
              ...before.filter((row) => !results.some((each) => each.task_id === row.task_id)),
              ...results,
            ]),
        },
      ),
    onSettled: refresh,
  });
  const isUnmapped = data?.steps.some((row) => row.to_step === null) ?? true;
  const numberOf = (taskId: number) => data?.tasks.find((row) => row.task_id === taskId)?.ticket_number ?? '';
  const title = t('migration.title', { from, to });

  if (isStarted) {
    const shown = returned.length > 0 ? returned : moved;
    const count = returned.length > 0 ? moved.filter((row) => row.ok).length : tasks.length;
    const isBusy = move.isPending || giveBack.isPending;
    const done = shown.filter((row) => row.ok).length;
    return (
      <FormDialog
        title={title}
        submit=""
        maxWidth="md"
        busy={isBusy}
        staysOpen={back.length > 0}
        error={giveBack.error}
        onClose={onClose}
      >
        <Box role="status" sx={{ fontSize: '0.875rem' }}>
          {isBusy
            ? t('migration.progress', { done: shown.length, count })
            : t(returned.length > 0 ? 'migration.returned' : 'migration.summary', { done, count })}
        </Box>
        <List gap={0.75} aria-label={t('migration.results')}>
          {shown.map((row) => (
            <Row component="li" key={row.task_id} gap={1} align="start" nowrap>
              <Box
                component="span"
                sx={{ display: 'flex', pt: 0.25, color: row.ok ? 'tone.green.solid' : 'tone.red.solid' }}
              >
                {row.ok ? (
                  <IconCircleCheck size={15} aria-hidden />
                ) : (
                  <IconAlertTriangle size={15} aria-hidden />
                )}
              </Box>
              <Box sx={{ minWidth: 0, fontSize: '0.8125rem', '& a': { color: 'primary.main' } }}>
                <Link to={`/tickets/${numberOf(row.task_id)}`}>{numberOf(row.task_id)}</Link>{' '}
                {row.ok
                  ? t('migration.moved', { step: row.to_step?.name })
                  : row.error && translated(row.error)}
              </Box>
            </Row>
          ))}
        </List>
        {!isBusy && back.length > 0 && (
          <Box sx={{ display: 'grid', gap: 0.75, justifyItems: 'start' }}>
            <Button variant="outlined" onClick={() => giveBack.mutate()}>
              {t('migration.return', { count: back.length })}
            </Button>
            <Text variant="hint">{t('migration.returnHint')}</Text>
          </Box>
        )}
      </FormDialog>
    );
  }
  return (
    <FormDialog
      title={title}
      maxWidth="md"
      submit={t('migration.submit', { count: tasks.length })}
      error={move.error}
      disabled={isUnmapped || tasks.length === 0 || !reason.trim() || preview.isPlaceholderData}
      onClose={onClose}
      onSubmit={() => move.mutate()}
    >
      <QueryState query={preview} rows={4} />
      {data && data.tasks.length === 0 && <Text variant="muted">{t('migration.none')}</Text>}
      {data && data.tasks.length > 0 && (
        <>
          <Box component="section" aria-label={t('migration.mapping')} sx={{ display: 'grid', gap: 1.5 }}>
            {data.steps.map((row) => (
              <SelectField
                key={row.from_step.id}
                label={t('migration.step', { name: row.from_step.name, count: row.running_tasks })}
                value={String(row.to_step?.id ?? '')}
                choices={[
                  ...(row.to_step ? [] : [{ value: '', label: t('migration.choose') }]),
                  ...(target.data?.steps ?? [])
                    .filter((step) => !step.is_end)
                    .map((step) => ({ value: String(step.id), label: step.name })),
                ]}
                onChange={(value) =>
                  setChosen((before) => ({ ...before, [row.from_step.id]: Number(value) }))
                }
              />
            ))}
          </Box>
          {isUnmapped && <Alert severity="warning">{t('migration.unmapped')}</Alert>}
          <DataTable
            label={t('migration.preview')}
            rows={data.tasks}
            rowKey={(row) => row.task_id}
            columns={[
              { key: 'ticket', header: t('migration.ticket'), render: (row) => row.ticket_number },
              { key: 'from', header: t('migration.from'), render: (row) => row.from_step?.name },
              {
                key: 'to',
                header: t('migration.to'),
                render: (row) =>
                  row.error?.code === 'step_unmapped'
                    ? t('migration.notChosen')
                    : ((row.error && translated(row.error)) ?? row.to_step?.name),
              },
              {
                key: 'assignee',
                header: t('migration.assignee'),
                render: (row) => (
                  <span>
                    {row.assignee_after?.full_name ?? t('migration.nobody')}
                    {row.assigned_by === 'kept' && ` · ${t('migration.kept')}`}
                    {row.explanation && <Text variant="hint">{row.explanation}</Text>}
                    {row.voided_votes > 0 && (
                      <Text variant="hint">{t('migration.voided', { count: row.voided_votes })}</Text>
                    )}
                  </span>
                ),
              },
              {
                key: 'due',
                header: t('migration.due'),
                render: (row) => (row.due_after ? formatDateTime(row.due_after) : t('migration.noDue')),
              },
            ]}
          />
          <TextField
            label={t('migration.reason')}
            value={reason}
            rows={2}
            required
            inputProps={{ maxLength: 1900 }}
            onChange={setReason}
          />
        </>
      )}
    </FormDialog>
  );
}
