import '@/i18n/dryRun';
import '@/i18n/ticket';
import { Alert, Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { draftGraphQuery, type Finding, versionQuery, type WorkflowDetail } from '@/api/definitions';
import type { DryRun } from '@/api/dryRun';
import { toProblem } from '@/api/problem';
import type { Graph } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { Facts } from '@/components/ui/Facts';
import { List, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, LoadingRows } from '@/components/ui/States';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { IconRoute } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { DryRunFork } from './DryRunFork';
import { DryRunForm } from './DryRunForm';
import { DryRunStep } from './DryRunStep';
import type { DryRunControl } from './useDryRun';

interface Props {
  workflow: WorkflowDetail;
  run: DryRunControl;
  onFinding: (finding: Finding) => void;
}

/** A ticket walks the draft on the real engine, one choice after the other, and nothing of it is kept. */
export function DryRunTab({ workflow, run, onFinding }: Props) {
  const { t } = useTranslation();
  const id = String(workflow.id);
  const { walk, ask } = run;
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0,1fr)', md: '300px minmax(0,1fr)' },
      }}
    >
      <DryRunForm id={id} run={run} />
      <Stack gap={1.5}>
        {ask.isError && <Refused error={ask.error} onFinding={onFinding} />}
        {run.isStale && !ask.isPending && (
          <Alert
            severity="info"
            action={
              <Button color="inherit" onClick={run.start}>
                {t('dryRun.restart')}
              </Button>
            }
          >
            {t('dryRun.stale')}
          </Alert>
        )}
        {walk ? (
          <Walk workflow={workflow} run={run} answer={walk.answer} />
        ) : ask.isPending ? (
          <Panel>
            <LoadingRows rows={6} />
          </Panel>
        ) : (
          <Panel>
            <EmptyState
              icon={<IconRoute size={22} />}
              title={t('dryRun.empty')}
              hint={t('dryRun.emptyHint')}
            />
          </Panel>
        )}
      </Stack>
    </Box>
  );
}

function Refused({ error, onFinding }: { error: unknown; onFinding: (finding: Finding) => void }) {
  const { t } = useTranslation();
  const problem = toProblem(error);
  const findings = (problem.body as { findings?: Finding[] } | undefined)?.findings ?? [];
  const text =
    problem.code === 'choice_not_possible'
      ? t('dryRun.notChoice', { reason: problem.message })
      : findings.length > 0
        ? t('dryRun.findings', { count: findings.length })
        : problemText(error, t);
  return (
    <Alert severity={problem.isConflict ? 'warning' : 'error'}>
      {text}
      <List gap={0.25} mt={findings.length > 0 ? 0.5 : 0}>
        {findings.map((finding) => (
          <li key={`${finding.code}-${finding.step_id}-${finding.transition_id}-${finding.field}`}>
            <Button
              variant="text"
              color="inherit"
              onClick={() => onFinding(finding)}
              sx={{ textDecoration: 'underline', textAlign: 'start' }}
            >
              {finding.message}
            </Button>
          </li>
        ))}
      </List>
    </Alert>
  );
}

function Walk({ workflow, run, answer }: { workflow: WorkflowDetail; run: DryRunControl; answer: DryRun }) {
  const { t } = useTranslation();
  const { ask } = run;
  const made = run.walk?.request.choices.length ?? 0;
  const graph = useWalked(String(workflow.id), answer);
  return (
    <>
      {graph && (
        <Panel title={t('dryRun.diagram')}>
          <LazyWorkflowGraph
            graph={graph}
            label={t('graph.ofWorkflow', { name: workflow.name })}
            height={220}
          />
        </Panel>
      )}
      <Panel flush title={t('dryRun.walk')} action={<StatusBadge status={answer.status} />}>
        <Box sx={{ px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider' }}>
          <Facts
            facts={[
              [t('dryRun.ticket'), `${answer.ticket.ticket_number} · ${answer.ticket.subject}`],
              [
                t('dryRun.summary.due'),
                answer.due_at ? formatDateTime(answer.due_at) : t('dryRun.step.noDue'),
              ],
              [
                t('dryRun.summary.owner'),
                answer.owner ? (
                  <Stack key="owner">
                    {answer.owner.person.full_name}
                    <Text variant="hint">{answer.owner.explanation}</Text>
                  </Stack>
                ) : (
                  t('dryRun.summary.noOwner')
                ),
              ],
              [
                t('dryRun.summary.servedBy'),
                answer.served_by
                  ? t('dryRun.servedByHint', { name: answer.served_by.name })
                  : t('dryRun.servedByNone'),
              ],
            ]}
          />
          <Text variant="hint" mt={1}>
            {t('dryRun.clockHint', { time: formatDateTime(answer.at) })}
          </Text>
        </Box>
        <List component="ol" aria-label={t('dryRun.walk')} aria-busy={ask.isPending}>
          {answer.steps.map((visit, index) => (
            <DryRunStep
              // biome-ignore lint/suspicious/noArrayIndexKey: a step of the walk is its place
              key={index}
              visit={visit}
              number={index + 1}
              isLast={index === answer.steps.length - 1}
              onBack={
                visit.choices_before < made && !ask.isPending
                  ? () => run.backTo(visit.choices_before)
                  : undefined
              }
            />
          ))}
        </List>
        <Box sx={{ px: 2, py: 1.5, borderTop: 1, borderColor: 'divider' }}>
          <DryRunFork answer={answer} isBusy={ask.isPending} onChoose={run.choose} />
        </Box>
      </Panel>
    </>
  );
}

/** The drawing of what was walked, with where the ticket has been and is. */
function useWalked(id: string, answer: DryRun): Graph | null {
  const draft = useQuery({ ...draftGraphQuery(id), enabled: answer.version === null });
  const version = useQuery({
    ...versionQuery(id, String(answer.version)),
    enabled: answer.version !== null,
  });
  return useMemo(() => {
    const source: Graph | undefined = answer.version === null ? draft.data : version.data;
    if (!source) return null;
    // Steps and transitions of a version bear ids of their own beside those of the draft.
    const keys = new Map(
      (version.data && answer.version !== null ? version.data.steps : []).map((step) => [step.id, step.key]),
    );
    const edgeKeys = new Map(
      (version.data && answer.version !== null ? version.data.transitions : []).map((edge) => [
        edge.id,
        edge.key,
      ]),
    );
    const visited = new Set(answer.steps.map((visit) => visit.step.id));
    const taken = new Set(answer.steps.map((visit) => visit.left_by?.id));
    const last = answer.steps.at(-1)?.step;
    return {
      steps: source.steps.map((step) => {
        const key = keys.get(step.id) ?? step.id;
        const state =
          key === last?.id && !last.is_end ? 'current' : visited.has(key) ? 'done' : ('ahead' as const);
        return { ...step, state };
      }),
      transitions: source.transitions.map((edge) => ({
        ...edge,
        taken: taken.has(edgeKeys.get(edge.id) ?? edge.id),
      })),
    };
  }, [answer, draft.data, version.data]);
}
