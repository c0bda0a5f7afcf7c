import { Box, Button, Checkbox } from '@mui/material';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import type { TaskRow } from '@/api/tasks';
import { IconUserCheck } from '@/components/ui/icons';
import { PersonLabel } from '@/components/ui/Person';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SlaPill } from '@/components/ui/SlaPill';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { visuallyHidden } from '@/components/ui/visuallyHidden';
import { useClaim } from './useClaim';

interface Props {
  tasks: TaskRow[];
  label: string;
  compact?: boolean;
  /** Rows without a holder offer to be taken. */
  claimable?: boolean;
  selection?: Selection;
}

/** Which of the tasks are chosen for an action on several. */
export interface Selection {
  chosen: ReadonlySet<number>;
  label: (task: TaskRow) => string;
  labelAll: string;
  onChange: (chosen: ReadonlySet<number>) => void;
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
export function TaskTable({ tasks, label, compact = false, claimable = false, selection }: Props) {
  const { t } = useTranslation();
  const bodyRef = useRef<HTMLTableSectionElement>(null);

  const walk = (event: KeyboardEvent) => {
    const step =
      event.key === 'ArrowDown' || event.key === 'j'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? -1
          : 0;
    if (step === 0 || event.metaKey || event.ctrlKey) return;
    const links = [...(bodyRef.current?.querySelectorAll<HTMLAnchorElement>('a[data-subject]') ?? [])];
    const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  };

  return (
    <Box sx={{ containerType: 'inline-size' }}>
      <Box
        component="table"
        aria-label={label}
        sx={{
          width: '100%',
          borderCollapse: 'collapse',
          tableLayout: 'fixed',
          fontSize: '0.8125rem',
          '@container (max-width: 700px)': {
            display: 'block',
            '& thead': { display: 'none' },
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
            '& td[data-col="number"]': { order: 0 },
            '& td:empty': { display: 'none' },
          },
          '@container (max-width: 900px)': { '& [data-col="workflow"]': { display: 'none' } },
        }}
      >
        <colgroup>
          {selection && <col style={{ width: 40 }} />}
          <col style={{ width: 36 }} />
          <col style={{ width: 168 }} />
          <col />
          {!compact && <col data-col="workflow" style={{ width: '18%' }} />}
          <col style={{ width: compact ? 110 : 128 }} />
          {!compact && <col style={{ width: 160 }} />}
          <col style={{ width: 132 }} />
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
              <th scope="col">
                <ChooseAll tasks={tasks} selection={selection} />
              </th>
            )}
            <th scope="col">
              <Box component="span" sx={visuallyHidden}>
                {t('field.priority')}
              </Box>
            </th>
            <th scope="col">{t('field.number')}</th>
            <th scope="col">{t('field.subject')}</th>
            {!compact && (
              <th scope="col" data-col="workflow">
                {t('field.step')}
              </th>
            )}
            <th scope="col">{t('field.status')}</th>
            {!compact && <th scope="col">{t('field.assignee')}</th>}
            <th scope="col">{t('field.timeLeft')}</th>
          </tr>
        </Box>
        <tbody ref={bodyRef} onKeyDown={walk}>
          {tasks.map((task) => (
            <TaskLine
              key={task.id}
              task={task}
              compact={compact}
              claimable={claimable}
              selection={selection}
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
  );
}

function Choose({ task, selection }: { task: TaskRow; selection: Selection }) {
  return (
    <Checkbox
      size="small"
      checked={selection.chosen.has(task.id)}
      slotProps={{ input: { 'aria-label': selection.label(task) } }}
      onChange={(event) => {
        const next = new Set(selection.chosen);
        if (event.target.checked) next.add(task.id);
        else next.delete(task.id);
        selection.onChange(next);
      }}
      sx={{ p: 0.5 }}
    />
  );
}

interface LineProps {
  task: TaskRow;
  compact: boolean;
  claimable: boolean;
  selection?: Selection;
}

function TaskLine({ task, compact, claimable, selection }: LineProps) {
  const navigate = useNavigate();
  const address = `/tickets/${task.ticket_number}`;
  return (
    <Box
      component="tr"
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
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-of-type': { borderBottom: 0 },
        '&:hover': { bgcolor: 'surface.hover' },
        '&:focus-within': { bgcolor: 'surface.hover' },
      }}
    >
      {selection && (
        <Box component="td" data-col="choose" sx={{ ...cell, pl: 1, pr: 0 }}>
          <Choose task={task} selection={selection} />
        </Box>
      )}
      <Box component="td" sx={{ ...cell, pl: 1.75, pr: 0 }} data-col="priority">
        <Box component="span" sx={{ display: 'flex' }}>
          <PriorityMark priority={task.priority} />
        </Box>
      </Box>
      <Box
        component="td"
        data-col="number"
        sx={{ ...cell, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}
      >
        {task.ticket_number}
      </Box>
      <Box component="td" data-col="subject" sx={cell}>
        <Box
          component={Link}
          to={address}
          data-subject
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
      {!compact && (
        <Box
          component="td"
          data-col="workflow"
          sx={{ ...cell, color: 'text.secondary' }}
          title={task.workflow?.name}
        >
          {task.current_step?.name ?? task.workflow?.name}
        </Box>
      )}
      <Box component="td" sx={cell}>
        <StatusBadge status={task.status} quiet />
      </Box>
      {!compact && (
        <Box component="td" sx={cell}>
          <Holder task={task} claimable={claimable} />
        </Box>
      )}
      <Box component="td" sx={cell}>
        <SlaPill sla={task.sla} />
      </Box>
    </Box>
  );
}

function Holder({ task, claimable }: { task: TaskRow; claimable: boolean }): ReactNode {
  const { t } = useTranslation();
  const claim = useClaim();
  if (task.assignee) return <PersonLabel person={task.assignee} size={20} />;
  if (!claimable || task.status !== 'pending') {
    return <Box sx={{ color: 'text.secondary' }}>{t('field.nobody')}</Box>;
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
