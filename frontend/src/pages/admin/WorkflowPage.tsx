import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import type { Priority } from '@/api/types';
import { type Graph, workflowGraphQuery, workflowQuery } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { readingOrder } from '@/components/graph/readingOrder';
import { IconChevronRight, IconListCheck } from '@/components/ui/icons';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { ErrorState, LoadingRows, PageLoading } from '@/components/ui/States';
import { formatDuration } from '@/format/time';
import { WorkflowStatusBadge } from './WorkflowStatusBadge';

const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];

export function WorkflowPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const workflow = useQuery(workflowQuery(id));
  const graph = useQuery(workflowGraphQuery(id));
  if (workflow.isPending) return <PageLoading />;
  if (workflow.isError) return <ErrorState error={workflow.error} onRetry={() => workflow.refetch()} />;
  const { data } = workflow;
  return (
    <Box sx={{ maxWidth: 1320, mx: 'auto' }}>
      <PageHeader
        title={data.name}
        above={
          <Box
            component="nav"
            aria-label={t('ticket.path')}
            sx={{
              display: 'flex',
              alignItems: 'center',
              gap: 0.5,
              fontSize: '0.75rem',
              color: 'text.secondary',
              mb: 0.5,
              '& a': { color: 'inherit', textDecoration: 'none', '&:hover': { textDecoration: 'underline' } },
            }}
          >
            <Link to="/admin/workflows">{t('nav.workflows')}</Link>
            <IconChevronRight size={13} aria-hidden />
            <span>{data.name}</span>
          </Box>
        }
        beside={<WorkflowStatusBadge status={data.status} />}
        actions={
          <Button
            component={Link}
            to={`/admin/tasks?workflow=${data.id}`}
            variant="outlined"
            startIcon={<IconListCheck size={16} />}
          >
            {t('workflows.showTasks', { count: data.running_tasks })}
          </Button>
        }
      />
      <Box sx={{ display: 'grid', gap: 2 }}>
        <Panel flush title={t('workflows.diagram')}>
          <Box sx={{ p: 1 }}>
            {graph.isPending && <LoadingRows rows={4} height={60} />}
            {graph.isError && <ErrorState error={graph.error} onRetry={() => graph.refetch()} />}
            {graph.data && (
              <LazyWorkflowGraph
                graph={graph.data}
                label={t('graph.ofWorkflow', { name: data.name })}
                height={300}
              />
            )}
          </Box>
        </Panel>
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,1fr) 300px' },
            alignItems: 'start',
          }}
        >
          {graph.data && <StepList graph={graph.data} />}
          <Panel title={t('workflows.sla')}>
            <Box
              component="dl"
              sx={{
                m: 0,
                display: 'grid',
                gridTemplateColumns: '1fr auto',
                rowGap: 1,
                fontSize: '0.8125rem',
                '& dd': { m: 0, fontVariantNumeric: 'tabular-nums', fontWeight: 560 },
              }}
            >
              {PRIORITIES.map((priority) => (
                <Box key={priority} sx={{ display: 'contents' }}>
                  <dt>
                    <PriorityMark priority={priority} withLabel />
                  </dt>
                  <dd>{formatDuration(data[`${priority}_sla`] ?? 0)}</dd>
                </Box>
              ))}
            </Box>
          </Panel>
        </Box>
      </Box>
    </Box>
  );
}

function StepList({ graph }: { graph: Graph }) {
  const { t } = useTranslation();
  const steps = readingOrder(graph.steps, graph.transitions);
  const nameOf = new Map(graph.steps.map((step) => [step.id, step.name]));
  return (
    <Panel flush title={t('workflows.steps')}>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {steps.map((step) => (
          <Box
            component="li"
            key={step.id}
            sx={{
              px: 2,
              py: 1.25,
              borderBottom: 1,
              borderColor: 'divider',
              '&:last-of-type': { borderBottom: 0 },
              fontSize: '0.8125rem',
            }}
          >
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 1.25 }}>
              <Box component="span" sx={{ fontWeight: 600 }}>
                {step.name}
              </Box>
              <Box component="span" sx={{ color: 'text.secondary' }}>
                {step.is_end
                  ? t('workflows.endStep')
                  : [step.role, t(`workflows.kind.${step.kind}`)].filter(Boolean).join(' · ')}
              </Box>
              <Box sx={{ flex: 1 }} />
              {!step.is_end && step.share !== undefined && (
                <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
                  {t('workflows.share', { percent: Math.round(Number(step.share) * 100) })}
                </Box>
              )}
            </Box>
            {step.instruction && <Box sx={{ color: 'text.secondary', mt: 0.25 }}>{step.instruction}</Box>}
            <Box
              component="ul"
              sx={{ listStyle: 'none', m: 0, p: 0, mt: 0.5, display: 'flex', flexWrap: 'wrap', gap: 0.75 }}
            >
              {graph.transitions
                .filter((edge) => edge.from_step === step.id)
                .map((edge) => (
                  <Box
                    component="li"
                    key={edge.id}
                    sx={{
                      fontSize: '0.75rem',
                      bgcolor: 'surface.hover',
                      borderRadius: 1,
                      px: 0.875,
                      py: 0.25,
                      color: edge.outcome === 'reject' ? 'tone.red.fg' : 'text.secondary',
                    }}
                  >
                    {t('workflows.edge', { name: edge.name, step: nameOf.get(edge.to_step) ?? '' })}
                  </Box>
                ))}
            </Box>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}
