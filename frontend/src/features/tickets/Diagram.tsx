import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type TaskDetail, taskGraphQuery } from '@/api/tasks';
import type { Graph } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { QueryState } from '@/components/ui/States';

/** The workflow of a ticket, drawn with its path through it. */
export function Diagram({ task }: { task: TaskDetail }) {
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
    <Box sx={{ px: 1, pb: 0.5 }}>
      <QueryState query={graph} rows={3} height={60} />
      {drawn && (
        <LazyWorkflowGraph
          graph={drawn}
          label={t('graph.ofTicket', { name: task.workflow.name })}
          height={210}
        />
      )}
    </Box>
  );
}
