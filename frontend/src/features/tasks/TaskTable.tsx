import { Box, Button, Checkbox } from '@mui/material';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import type { TaskRow } from '@/api/tasks';
import { Badge } from '@/components/ui/Badge';
import { Row, Text, VisuallyHidden } from '@/components/ui/layout';
import { PersonLabel } from '@/components/ui/Person';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SlaPill } from '@/components/ui/SlaPill';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { IconUserCheck } from '@/lib/icons';
import { keyOf } from '@/lib/keyOf';
import { getSetting } from '@/lib/settings';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { type ColumnName, USUAL_COLUMNS } from './columns';
import { useClaim } from './useClaim';

interface Props {
  tasks: TaskRow[];
  label: string;
  /** Those between the subject and the time left. */
  columns?: readonly ColumnName[];
  /** Without room for all columns the lesser ones are left out, instead of scrolling sideways. */
  fitted?: boolean;
  /** The tickets are closed: the last column is what became of the SLA. */
  isFinished?: boolean;
  /** Unassigned rows can be claimed. */
  claimable?: boolean;
  selection?: Selection;
  /** Rows that are shown still, but belong to the list no more. */
  gone?: ReadonlySet<number>;
}

const NOBODY: ReadonlySet<number> = new Set();

/** Which of the tasks are chosen for an action on several. */
export interface Selection {
  chosen: ReadonlySet<number>;
  label: (task: TaskRow) => string;
  labelAll: string;
  onChange: (chosen: ReadonlySet<number>) => void;
}

const WIDTH: Record<ColumnName, number> = {
  step: 160,
  workflow: 160,
  role: 140,
  status: 124,
  assignee: 160,
  owner: 160,
  requester: 160,
  category: 140,
  department: 140,
  created: 110,
  updated: 110,
  closed: 180,
  closedBy: 140,
};
/** What goes first where there is little room, and what is said quietly. */
const LESSER: ReadonlySet<ColumnName> = new Set([
  'step',
  'workflow',
  'role',
  'owner',
  'requester',
  'category',
  'department',
  'created',
  'updated',
]);
const QUIET: ReadonlySet<ColumnName> = new Set([
  'step',
  'workflow',
  'role',
  'requester',
  'category',
  'department',
  'created',
  'updated',
  'closed',
]);

const CHOOSE_PX = 40;
const PRIORITY_PX = 36;
const NUMBER_PX = 156;
const SUBJECT_PX = 240;
const TIME_LEFT_PX = 132;

/** Pixels that the table needs for these columns and a subject that can be read. */
export function leastWidth(columns: readonly ColumnName[], isSelectable: boolean): number {
  const fixed = PRIORITY_PX + NUMBER_PX + SUBJECT_PX + TIME_LEFT_PX + (isSelectable ? CHOOSE_PX : 0);
  return columns.reduce((sum, name) => sum + WIDTH[name], fixed);
}

const cell = {
  px: 1,
  py: 0,
  height: 42,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
} as const;

/** One line per ticket when there is room, two when there is not; arrow keys walk from subject to subject. */
export function TaskTable({
  tasks,
  label,
  columns = USUAL_COLUMNS,
  fitted = false,
  isFinished = false,
  claimable = false,
  selection,
  gone = NOBODY,
}: Props) {
  const { t } = useTranslation();
  const bodyRef = useRef<HTMLTableSectionElement>(null);
  const wholeWidth = leastWidth(columns, Boolean(selection));
  const mainWidth = leastWidth(
    columns.filter((name) => !LESSER.has(name)),
    Boolean(selection),
  );

  // Where a range begins: the row that was chosen last.
  const fromRef = useRef<number | null>(null);
  const choose = (task: TaskRow, isRange: boolean) => {
    if (!selection) return;
    const from = isRange ? tasks.findIndex((each) => each.id === fromRef.current) : -1;
    const at = tasks.indexOf(task);
    const next = new Set(selection.chosen);
    if (from >= 0)
      for (const each of tasks.slice(Math.min(from, at), Math.max(from, at) + 1)) next.add(each.id);
    else if (!next.delete(task.id)) next.add(task.id);
    fromRef.current = task.id;
    selection.onChange(next);
  };

  const walk = (event: KeyboardEvent) => {
    const key = keyOf(event.nativeEvent);
    const row = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('tr[data-task]');
    const focused = tasks.find((task) => String(task.id) === row?.dataset.task);
    if (selection && (event.metaKey || event.ctrlKey) && key.toLowerCase() === 'a') {
      event.preventDefault();
      selection.onChange(new Set(tasks.map((task) => task.id)));
      return;
    }
    const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
    if (focused && isPlain && key.toLowerCase() === 'x' && getSetting('shortcuts') !== 'off') {
      event.preventDefault();
      choose(focused, event.shiftKey);
      return;
    }
    const step =
      event.key === 'ArrowDown' || key === 'j' ? 1 : event.key === 'ArrowUp' || key === 'k' ? -1 : 0;
    if (step === 0 || event.metaKey || event.ctrlKey) return;
    const links = [...(bodyRef.current?.querySelectorAll<HTMLAnchorElement>('a[data-subject]') ?? [])];
    const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  };

  return (
    <Box sx={{ containerType: 'inline-size', overflowX: 'auto' }}>
      <Box
        component="table"
        aria-label={label}
        sx={{
          width: '100%',
          // The subject keeps its room; with many columns the table scrolls sideways.
          minWidth: fitted ? mainWidth : wholeWidth,
          borderCollapse: 'collapse',
          tableLayout: 'fixed',
          fontSize: '0.8125rem',
          [`@container (max-width: ${fitted ? wholeWidth - 1 : 780}px)`]: {
            minWidth: mainWidth,
            '& [data-lesser]': { display: 'none' },
          },
          '@container (max-width: 700px)': {
            display: 'block',
            minWidth: 0,
            '& thead': { display: selection ? 'block' : 'none' },
            '& th:not([data-col="choose"])': { display: 'none' },
            '& th[data-col="choose"]': { height: 'auto', px: 0, border: 0 },
            '& thead tr': { borderBottom: 1, borderColor: 'divider' },
            '& [data-choose-all]': { display: 'inline' },
            '& tbody': { display: 'block' },
            '& tr': {
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              columnGap: 1.5,
              rowGap: 0.25,
              px: 1.5,
              py: 1.125,
            },
            '& td': { display: 'block', height: 'auto', px: 0, maxWidth: '100%' },
            '& td[data-col="subject"]': { flexBasis: '100%', order: -1, whiteSpace: 'normal' },
            '& td:empty': { display: 'none' },
          },
        }}
      >
        <colgroup>
          {selection && <col style={{ width: CHOOSE_PX }} />}
          <col style={{ width: PRIORITY_PX }} />
          <col style={{ width: NUMBER_PX }} />
          <col />
          {columns.map((name) => (
            <col key={name} data-lesser={LESSER.has(name) || undefined} style={{ width: WIDTH[name] }} />
          ))}
          <col style={{ width: TIME_LEFT_PX }} />
        </colgroup>
        <Box
          component="thead"
          sx={{
            '& th': {
              textAlign: 'start',
              typography: 'caption',
              fontWeight: 560,
              color: 'text.secondary',
              px: 1,
              height: 34,
              borderBottom: 1,
              borderColor: 'divider',
            },
          }}
        >
          <tr>
            {selection && (
              <th scope="col" data-col="choose">
                <ChooseAll tasks={tasks} selection={selection} />
              </th>
            )}
            <th scope="col">
              <VisuallyHidden>{t('field.priority')}</VisuallyHidden>
            </th>
            <th scope="col">{t('field.number')}</th>
            <th scope="col">{t('field.subject')}</th>
            {columns.map((name) => (
              <th key={name} scope="col" data-lesser={LESSER.has(name) || undefined}>
                {t(`field.${name}`)}
              </th>
            ))}
            <th scope="col">{t(isFinished ? 'archive.sla' : 'field.timeLeft')}</th>
          </tr>
        </Box>
        <tbody ref={bodyRef} onKeyDown={walk}>
          {tasks.map((task) => (
            <TaskLine
              key={task.id}
              task={task}
              columns={columns}
              claimable={claimable && !gone.has(task.id)}
              selection={selection}
              onChoose={choose}
              isGone={gone.has(task.id)}
            />
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

function ChooseAll({ tasks, selection }: { tasks: TaskRow[]; selection: Selection }) {
  const count = tasks.filter((task) => selection.chosen.has(task.id)).length;
  return (
    <Box component="label">
      <Checkbox
        size="small"
        checked={count > 0 && count === tasks.length}
        indeterminate={count > 0 && count < tasks.length}
        slotProps={{ input: { 'aria-label': selection.labelAll } }}
        onChange={(event) =>
          selection.onChange(new Set(event.target.checked ? tasks.map((task) => task.id) : []))
        }
        sx={{ p: 0.5 }}
      />
      {/* Where the rows are cards, no column says what the box is for. */}
      <Box component="span" data-choose-all aria-hidden sx={{ display: 'none', marginInlineStart: 0.5 }}>
        {selection.labelAll}
      </Box>
    </Box>
  );
}

function Choose({
  task,
  selection,
  onChoose,
}: Pick<LineProps, 'task' | 'onChoose'> & { selection: Selection }) {
  return (
    <Checkbox
      size="small"
      checked={selection.chosen.has(task.id)}
      slotProps={{ input: { 'aria-label': selection.label(task) } }}
      onChange={(event) => onChoose(task, (event.nativeEvent as MouseEvent).shiftKey)}
      sx={{ p: 0.5 }}
    />
  );
}

interface LineProps {
  task: TaskRow;
  columns: readonly ColumnName[];
  claimable: boolean;
  selection?: Selection;
  onChoose: (task: TaskRow, isRange: boolean) => void;
  isGone: boolean;
}

function TaskLine({ task, columns, claimable, selection, onChoose, isGone }: LineProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const address = `/tickets/${task.ticket_number}`;
  return (
    <Box
      component="tr"
      data-task={task.id}
      onClick={(event) => {
        // The whole row is a target for the mouse; the link and buttons in it keep their own meaning.
        if (
          !(event.target as HTMLElement).closest('a, button, input, [data-col="choose"]') &&
          !window.getSelection()?.toString()
        )
          navigate(address);
      }}
      sx={{
        cursor: 'pointer',
        opacity: isGone ? 0.5 : undefined,
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
        '&:hover': { bgcolor: 'surface.hover' },
        '&:focus-within': { bgcolor: 'surface.hover' },
      }}
    >
      {selection && (
        <Box component="td" data-col="choose" sx={{ ...cell, paddingInlineStart: 1, paddingInlineEnd: 0 }}>
          <Choose task={task} selection={selection} onChoose={onChoose} />
        </Box>
      )}
      <Box component="td" sx={{ ...cell, paddingInlineStart: 1.75, paddingInlineEnd: 0 }} data-col="priority">
        <Row component="span" nowrap>
          <PriorityMark priority={task.priority} />
        </Row>
      </Box>
      <Box
        component="td"
        data-col="number"
        sx={{ ...cell, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}
      >
        {task.ticket_number}
      </Box>
      <Box component="td" data-col="subject" sx={cell}>
        {task.answered_at && (
          <Box component="span" sx={{ marginInlineEnd: 1 }}>
            <Badge tone="green">{t('task.answered')}</Badge>
          </Box>
        )}
        <Box
          component={Link}
          to={address}
          data-subject
          dir="auto"
          sx={{
            color: 'text.primary',
            fontWeight: 540,
            textDecoration: 'none',
            '&:hover': { textDecoration: 'underline' },
          }}
        >
          {task.subject}
        </Box>
      </Box>
      {columns.map((name) => (
        <Box
          key={name}
          component="td"
          data-col={name}
          data-lesser={LESSER.has(name) || undefined}
          sx={{ ...cell, ...(QUIET.has(name) && { color: 'text.secondary' }) }}
          title={name === 'step' ? task.workflow?.name : undefined}
        >
          <Value name={name} task={task} claimable={claimable} />
        </Box>
      ))}
      <Box component="td" sx={cell}>
        <SlaPill sla={task.sla} />
      </Box>
    </Box>
  );
}

function Value({
  name,
  task,
  claimable,
}: {
  name: ColumnName;
  task: TaskRow;
  claimable: boolean;
}): ReactNode {
  const now = useNow();
  switch (name) {
    case 'step':
      return task.current_step?.name ?? task.workflow?.name;
    case 'workflow':
      return task.workflow?.name;
    case 'role':
      return task.current_step?.role;
    case 'status':
      return <StatusBadge status={task.status} quiet />;
    case 'assignee':
      return <AssigneeCell task={task} claimable={claimable} />;
    case 'owner':
      return task.owner && <PersonLabel person={task.owner} size={20} />;
    case 'requester':
    case 'category':
    case 'department':
      return <span dir="auto">{task[name]}</span>;
    case 'created':
      return <time dateTime={task.created_at}>{formatRelative(task.created_at, now)}</time>;
    case 'updated':
      return <time dateTime={task.updated_at}>{formatRelative(task.updated_at, now)}</time>;
    case 'closedBy':
      return task.closed_by && <PersonLabel person={task.closed_by} size={20} />;
    case 'closed':
      return task.closed_at && <time dateTime={task.closed_at}>{formatDateTime(task.closed_at)}</time>;
  }
}

function AssigneeCell({ task, claimable }: { task: TaskRow; claimable: boolean }): ReactNode {
  const { t } = useTranslation();
  const claim = useClaim();
  if (task.assignee) return <PersonLabel person={task.assignee} size={20} />;
  if (!claimable || task.status !== 'pending') {
    return (
      <Text variant="inherit" color="text.secondary">
        {t('field.nobody')}
      </Text>
    );
  }
  return (
    <Button
      variant="outlined"
      startIcon={<IconUserCheck size={15} />}
      loading={claim.isPending}
      onClick={() => claim.mutate(task)}
      aria-label={t('task.claimNamed', { number: task.ticket_number })}
      sx={{ minHeight: 28, py: 0 }}
    >
      {t('task.claim')}
    </Button>
  );
}
