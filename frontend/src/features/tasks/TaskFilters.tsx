import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, roleListQuery } from '@/api/roles';
import type { Priority, TaskStatus } from '@/api/types';
import { workflowListQuery } from '@/api/workflows';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { Grow, Row } from '@/components/ui/layout';
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
  const workflows = useQuery(workflowListQuery());
  const roles = useQuery({ ...roleListQuery(), enabled: wide });
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
      <FilterMenu
        label={t('field.workflow')}
        chosen={state.workflow}
        onChange={(workflow) => change({ workflow })}
        options={(workflows.data?.results ?? []).map((each) => ({
          value: String(each.id),
          label: each.name,
        }))}
      />
      {wide && (
        <>
          <FilterMenu
            label={t('field.role')}
            chosen={state.role}
            onChange={(role) => change({ role })}
            options={(roles.data ?? []).map((role) => ({ value: String(role.id), label: role.name }))}
          />
          <FilterMenu
            label={t('field.assignee')}
            chosen={state.assignee}
            onChange={(assignee) => change({ assignee })}
            options={peopleOf(roles.data ?? [])}
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

function peopleOf(roles: Role[]) {
  const people = new Map(
    roles.flatMap((role) => role.members).map((person) => [person.user_id, person.full_name]),
  );
  return [...people]
    .map(([id, name]) => ({ value: String(id), label: name }))
    .sort((a, b) => a.label.localeCompare(b.label));
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
