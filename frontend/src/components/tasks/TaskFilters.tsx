import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Priority, TaskStatus } from '@/api/types';
import { workflowListQuery } from '@/api/workflows';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SearchField } from '@/components/ui/SearchField';
import { SortMenu } from './SortMenu';
import type { useTaskView } from './useTaskView';

const STATUSES: TaskStatus[] = [
  'pending',
  'in_progress',
  'on_hold',
  'handing_off',
  'completed',
  'rejected',
  'cancelled',
];
const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];

export function TaskFilters({ view }: { view: ReturnType<typeof useTaskView> }) {
  const { t } = useTranslation();
  const { state, change, clear, filtered } = view;
  const workflows = useQuery(workflowListQuery());
  const search = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  return (
    <Box role="search" sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
      <SearchField id="task-search" value={state.search} label={t('filter.search')} onChange={search} />
      <FilterMenu
        label={t('field.status')}
        chosen={state.status}
        onChange={(status) => change({ status })}
        options={STATUSES.map((status) => ({ value: status, label: t(`status.${status}`) }))}
      />
      <FilterMenu
        label={t('field.priority')}
        chosen={state.priority}
        onChange={(priority) => change({ priority })}
        options={PRIORITIES.map((priority) => ({
          value: priority,
          label: t(`priority.${priority}`),
          mark: <PriorityMark priority={priority} />,
        }))}
      />
      <FilterMenu
        label={t('field.workflow')}
        chosen={state.workflow}
        onChange={(workflow) => change({ workflow })}
        options={(workflows.data?.results ?? []).map((each) => ({
          value: String(each.id),
          label: each.name,
        }))}
      />
      {filtered && (
        <Button variant="text" color="inherit" onClick={clear}>
          {t('filter.clear')}
        </Button>
      )}
      <Box sx={{ flex: 1 }} />
      <SortMenu value={state.ordering} onChange={(ordering) => change({ ordering })} />
    </Box>
  );
}
