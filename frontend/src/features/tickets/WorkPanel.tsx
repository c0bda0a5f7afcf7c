import '@/i18n/ticket';
import { Alert, Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type ComponentProps, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type TaskDetail, taskGraphQuery } from '@/api/tasks';
import type { Graph } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { Panel } from '@/components/ui/Panel';
import { QueryState } from '@/components/ui/States';
import { IconInfoCircle } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { ActionBar } from './ActionBar';
import { Votes } from './Votes';

const HandoffNote = lazyPart(() => import('@/features/tickets/HandoffNote'), 'HandoffNote');

interface Props {
  task: TaskDetail;
  onDone: ComponentProps<typeof ActionBar>['onDone'];
}

export function WorkPanel({ task, onDone }: Props) {
  const { t } = useTranslation();
  const graph = useQuery(taskGraphQuery(task.id));
  // The picture names who has the current step, as it names who did the earlier ones.
  const drawn = useMemo<Graph | undefined>(
    () =>
      graph.data && {
        ...graph.data,
        steps: graph.data.steps.map((step) =>
          step.state === 'current' ? { ...step, performer: task.assignee } : step,
        ),
      },
    [graph.data, task.assignee],
  );
  return (
    <Panel
      flush
      title={
        <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 1 }}>
          {task.workflow.name}
          <Box component="span" sx={{ color: 'text.secondary', fontWeight: 450 }}>
            {t('ticket.version', { version: task.workflow_version })}
          </Box>
        </Box>
      }
    >
      <Box sx={{ px: 1, py: 0.5, borderBottom: 1, borderColor: 'divider' }}>
        <QueryState query={graph} rows={3} height={60} />
        {drawn && (
          <LazyWorkflowGraph
            graph={drawn}
            label={t('graph.ofTicket', { name: task.workflow.name })}
            height={210}
          />
        )}
      </Box>
      <Box sx={{ px: 2, py: 1.5 }}>
        {task.instruction && task.current_step && (
          <Box
            sx={{
              display: 'flex',
              gap: 1,
              fontSize: '0.8125rem',
              color: 'text.secondary',
              mb: 1.5,
              '& svg': { flexShrink: 0, mt: 0.25 },
            }}
          >
            <IconInfoCircle size={16} aria-hidden />
            <Box>
              <Box component="span" sx={{ fontWeight: 600, color: 'text.primary' }}>
                {task.current_step.name}.
              </Box>{' '}
              {task.instruction}
            </Box>
          </Box>
        )}
        {task.decision_problem && (
          <Alert severity="warning" sx={{ mb: 1.5 }}>
            {task.decision_problem}
          </Alert>
        )}
        <Votes task={task} />
        {task.handoff && (
          <Suspense fallback={null}>
            <HandoffNote task={task} handoff={task.handoff} />
          </Suspense>
        )}
        <ActionBar task={task} onDone={onDone} />
      </Box>
    </Panel>
  );
}
