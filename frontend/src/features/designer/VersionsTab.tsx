import '@/i18n/ticket';
import '@/i18n/migration';
import { Alert, Box, Button, Link as MuiLink } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  comparisonQuery,
  type Differences,
  draftGraphQuery,
  redeployVersion,
  type VersionRow,
  versionListQuery,
  versionQuery,
  type WorkflowDetail,
} from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { type Graph, workflowKeys } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { Badge } from '@/components/ui/Badge';
import { FormDialog } from '@/components/ui/FormDialog';
import { Grow, List, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { SelectField } from '@/components/ui/SelectField';
import { EmptyState, ErrorState, LoadingRows, QueryState } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { IconHistory } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlParams } from '@/lib/useUrlParams';
import { ChangeList } from './ChangeList';
import { LoadDialog } from './LoadDialog';
import { MigrateDialog } from './MigrateDialog';
import type { DraftControl } from './useDraft';

interface Props {
  workflow: WorkflowDetail;
  control: DraftControl;
}

/** What was deployed when, two of them side by side, and the way back. */
export function VersionsTab({ workflow, control }: Props) {
  const { t } = useTranslation();
  const id = String(workflow.id);
  const versions = useQuery(versionListQuery(id));
  if (versions.isPending) return <LoadingRows rows={4} />;
  if (versions.isError) return <ErrorState error={versions.error} onRetry={() => versions.refetch()} />;
  if (versions.data.length === 0)
    return (
      <EmptyState
        icon={<IconHistory size={22} />}
        title={t('designer.versions.empty')}
        hint={t('designer.versions.emptyHint')}
      />
    );
  return (
    <Stack gap={2}>
      <VersionList workflow={workflow} control={control} versions={versions.data} />
      <Compare id={id} versions={versions.data} />
    </Stack>
  );
}

function VersionList({ workflow, control, versions }: Props & { versions: VersionRow[] }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<VersionRow | null>(null);
  const [loaded, setLoaded] = useState<VersionRow | null>(null);
  // In the address, so that a deployment can lead here.
  const [search, setSearch] = useUrlParams();
  const leaving = Number(search.get('move')) || null;
  const [reason, setReason] = useState('');
  const live = versions.find((each) => each.is_current)?.number;
  const setLeaving = (version: number | null) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (version === null) after.delete('move');
        else after.set('move', String(version));
        return after;
      },
      { replace: true },
    );
  const redeploy = useMutation({
    mutationFn: (version: VersionRow) => redeployVersion(String(workflow.id), version.number, reason.trim()),
    onSuccess: (made) => showToast('success', t('designer.deploy.done', { version: made.number })),
    onError: (error) => {
      const problem = toProblem(error);
      const roles = (problem.body as { roles?: string[] } | undefined)?.roles;
      const text = [problem.message, roles?.join(', ')].filter(Boolean).join(' ');
      showToast(problem.isConflict ? 'warning' : 'error', text || t('problem.server.hint'));
    },
    onSettled: () => {
      setAsked(null);
      return queryClient.invalidateQueries({ queryKey: workflowKeys.all });
    },
  });
  return (
    <Panel flush title={t('designer.versions.title')}>
      <List component="ol" aria-label={t('designer.versions.title')}>
        {versions.map((version) => (
          <Box
            component="li"
            key={version.id}
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              gap: 1.25,
              px: 2,
              py: 1,
              fontSize: '0.8125rem',
              borderBottom: 1,
              borderColor: 'divider',
              '&:last-of-type': { borderBottom: 0 },
            }}
          >
            <Box component="span" sx={{ fontWeight: 620, minWidth: 32 }}>
              {t('ticket.version', { version: version.number })}
            </Box>
            {version.is_current && <Badge tone="green">{t('designer.versions.live')}</Badge>}
            <Text component="span" variant="inherit" color="text.secondary">
              {formatDateTime(version.deployed_at)}
              {version.deployed_by &&
                ` ${t('designer.versions.by', { name: version.deployed_by.full_name })}`}
              {version.requested_by &&
                `, ${t('designer.versions.requestedBy', { name: version.requested_by.full_name })}`}
              {version.redeployed_from !== null &&
                ` · ${t('designer.versions.redeployed', { version: version.redeployed_from })}`}
              {version.reason && (
                <Box component="span" sx={{ display: 'block', color: 'text.primary' }}>
                  {version.reason}
                </Box>
              )}
            </Text>
            <Grow />
            <MuiLink component={Link} to={`/admin/tasks?workflow=${workflow.id}`}>
              {t('workflows.showTasks', { count: version.running_tasks })}
            </MuiLink>
            {!version.is_current && (
              <>
                {version.running_tasks > 0 && live !== undefined && (
                  <Button variant="outlined" onClick={() => setLeaving(version.number)}>
                    {t('migration.action', { count: version.running_tasks })}
                  </Button>
                )}
                <Button
                  variant="text"
                  color="inherit"
                  aria-label={t('designer.versions.loadNamed', { version: version.number })}
                  onClick={() => setLoaded(version)}
                >
                  {t('designer.load.action')}
                </Button>
                <Button
                  variant="outlined"
                  onClick={() => {
                    redeploy.reset();
                    setReason('');
                    setAsked(version);
                  }}
                >
                  {t('designer.versions.redeploy', { version: version.number })}
                </Button>
              </>
            )}
          </Box>
        ))}
      </List>
      {asked && (
        <FormDialog
          title={t('designer.versions.redeploy', { version: asked.number })}
          hint={t('designer.versions.redeployHint')}
          submit={t('designer.versions.redeployConfirm')}
          busy={redeploy.isPending}
          onClose={() => setAsked(null)}
          onSubmit={() => redeploy.mutate(asked)}
        >
          <TextField
            label={t('designer.versions.reason')}
            value={reason}
            rows={2}
            hint={t('designer.versions.reasonHint')}
            inputProps={{ maxLength: 4000 }}
            onChange={setReason}
          />
        </FormDialog>
      )}
      {leaving !== null && live !== undefined && leaving !== live && (
        <MigrateDialog workflowId={workflow.id} from={leaving} to={live} onClose={() => setLeaving(null)} />
      )}
      {loaded && (
        <LoadDialog
          workflow={workflow}
          number={loaded.number}
          control={control}
          onClose={() => setLoaded(null)}
        />
      )}
    </Panel>
  );
}

function Compare({ id, versions }: { id: string; versions: VersionRow[] }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(String((versions.find((each) => each.is_current) ?? versions[0])?.number));
  const [to, setTo] = useState('draft');
  const comparison = useQuery(comparisonQuery(id, from, to));
  const left = useSide(id, from);
  const right = useSide(id, to);
  const choices = [
    { value: 'draft', label: t('designer.versions.draft') },
    ...versions.map((each) => ({
      value: String(each.number),
      label: t('ticket.version', { version: each.number }),
    })),
  ];
  const nameOf = (side: string) => choices.find((each) => each.value === side)?.label ?? side;
  return (
    <Panel title={t('designer.versions.compare')}>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'repeat(2,minmax(0,1fr))' },
        }}
      >
        {(
          [
            ['from', from, setFrom, left, 'removed'],
            ['to', to, setTo, right, 'added'],
          ] as const
        ).map(([name, value, set, side, gone]) => (
          <Box key={name} sx={{ display: 'grid', gap: 1, alignContent: 'start' }}>
            <SelectField
              label={t(`designer.versions.${name}`)}
              value={value}
              choices={choices}
              onChange={set}
            />
            <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 2, p: 0.5 }}>
              {side ? (
                <LazyWorkflowGraph
                  graph={marked(side, comparison.data, gone)}
                  label={t('designer.versions.diagram', { name: nameOf(value) })}
                  height={280}
                />
              ) : (
                <LoadingRows rows={3} height={60} />
              )}
            </Box>
          </Box>
        ))}
      </Box>
      <Box sx={{ mt: 2 }}>
        <QueryState query={comparison} rows={3} />
        {comparison.data?.is_same && <Alert severity="info">{t('designer.versions.same')}</Alert>}
        {comparison.data && !comparison.data.is_same && <ChangeList changes={comparison.data} />}
      </Box>
    </Panel>
  );
}

/** A drawing, with the keys by which parts are the same on both sides. */
type Side = Graph & { keys: Map<number, number>; edgeKeys: Map<number, number> };

function useSide(id: string, which: string): Side | null {
  const draft = useQuery({ ...draftGraphQuery(id), enabled: which === 'draft' });
  const version = useQuery({ ...versionQuery(id, which), enabled: which !== 'draft' });
  if (which === 'draft')
    return draft.data
      ? {
          ...draft.data,
          keys: new Map(draft.data.steps.map((step) => [step.id, step.id])),
          edgeKeys: new Map(draft.data.transitions.map((edge) => [edge.id, edge.id])),
        }
      : null;
  return version.data
    ? {
        ...version.data,
        keys: new Map(version.data.steps.map((step) => [step.id, step.key])),
        edgeKeys: new Map(version.data.transitions.map((edge) => [edge.id, edge.key])),
      }
    : null;
}

/** The side's drawing with what differs from the other side told apart. */
function marked(side: Side, changes: Differences | undefined, only: 'added' | 'removed'): Graph {
  if (!changes) return side;
  const marker = (parts: Differences['steps'], keys: Map<number, number>) => {
    const one = new Set(parts[only].map((part) => part.key));
    const changed = new Set(parts.changed.map((part) => part.key));
    return <Part extends { id: number }>(part: Part): Part => {
      const key = keys.get(part.id) ?? part.id;
      const mark = one.has(key) ? only : changed.has(key) ? ('changed' as const) : undefined;
      return mark ? { ...part, mark } : part;
    };
  };
  return {
    steps: side.steps.map(marker(changes.steps, side.keys)),
    transitions: side.transitions.map(marker(changes.transitions, side.edgeKeys)),
  };
}
