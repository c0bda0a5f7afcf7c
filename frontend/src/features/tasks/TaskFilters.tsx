import { Button } from '@mui/material';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import {
  categoryChoices,
  departmentChoices,
  requesterChoices,
  roleChoices,
  workerChoices,
  workflowChoices,
} from '@/api/choices';
import type { Priority, TaskStatus } from '@/api/types';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { Grow, Row } from '@/components/ui/layout';
import { PickFilter } from '@/components/ui/PickFilter';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SearchField } from '@/components/ui/SearchField';
import { IconX } from '@/lib/icons';
import { formatDate } from '@/lib/time';
import { ColumnMenu } from './ColumnMenu';
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

interface Props {
  view: ReturnType<typeof useTaskView>;
  /** Also who has it, and in which role: for those who see everybody's. */
  wide?: boolean;
  sortable?: boolean;
  /** For a table: which columns it has. */
  withColumns?: boolean;
  statuses?: TaskStatus[];
}

export function TaskFilters({
  view,
  wide = false,
  sortable = true,
  withColumns = false,
  statuses = STATUSES,
}: Props) {
  const { t } = useTranslation();
  const { state, change, clear, filtered } = view;
  const search = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  return (
    <Row role="search" gap={1} align="center">
      <SearchField id="task-search" value={state.search} label={t('filter.search')} onChange={search} />
      <FilterMenu
        label={t('field.status')}
        chosen={state.status}
        onChange={(status) => change({ status })}
        options={statuses.map((status) => ({ value: status, label: t(`status.${status}`) }))}
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
      <PickFilter
        label={t('field.workflow')}
        source={workflowChoices}
        chosen={state.workflow}
        onChange={(workflow) => change({ workflow })}
      />
      <PickFilter
        label={t('field.requester')}
        source={requesterChoices}
        chosen={state.requester}
        onChange={(requester) => change({ requester })}
      />
      <PickFilter
        label={t('field.category')}
        source={categoryChoices}
        chosen={state.category}
        onChange={(category) => change({ category })}
      />
      <PickFilter
        label={t('field.department')}
        source={departmentChoices}
        chosen={state.department}
        onChange={(department) => change({ department })}
      />
      {wide && (
        <>
          <PickFilter
            label={t('field.role')}
            source={roleChoices}
            chosen={state.role}
            onChange={(role) => change({ role })}
          />
          <PickFilter
            label={t('field.assignee')}
            source={workerChoices}
            chosen={state.assignee}
            onChange={(assignee) => change({ assignee })}
          />
        </>
      )}
      {state.step.length > 0 && <Chip label={t('filter.step')} onRemove={() => change({ step: [] })} />}
      {(['created', 'closed'] as const).map(
        (moment) =>
          (state[`${moment}_after`] || state[`${moment}_before`]) && (
            <Chip
              key={moment}
              label={t(`filter.${moment}`, {
                from: shownDay(state[`${moment}_after`]),
                to: shownDay(state[`${moment}_before`]),
              })}
              onRemove={() => change({ [`${moment}_after`]: '', [`${moment}_before`]: '' })}
            />
          ),
      )}
      {filtered && (
        <Button variant="text" color="inherit" onClick={clear}>
          {t('filter.clear')}
        </Button>
      )}
      <Grow />
      {sortable && <SortMenu value={state.ordering} onChange={(ordering) => change({ ordering })} />}
      {withColumns && <ColumnMenu />}
    </Row>
  );
}

function shownDay(moment: string): string {
  return moment ? formatDate(moment) : '…';
}

/** A filter that came with the address and can only be taken away. */
function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <Button
      variant="outlined"
      endIcon={<IconX size={14} />}
      onClick={onRemove}
      sx={{ bgcolor: 'surface.selected', borderColor: 'primary.main', fontWeight: 500 }}
    >
      {label}
    </Button>
  );
}
