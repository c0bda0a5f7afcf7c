import '@/i18n/ticket';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { ReportName, ReportRows, Span } from '@/api/analytics';
import { OPEN_STATUSES } from '@/api/tasks';
import type { Column } from '@/components/ui/DataTable';
import { PersonLabel } from '@/components/ui/Person';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { formatDuration } from '@/lib/time';
import { asTaskFilter, percent } from './period';

function duration(seconds: number | null): string {
  return seconds === null ? '–' : formatDuration(seconds);
}

/** A number that leads to the tickets it counts. */
function Counted({ value, to, what }: { value: number; to: string; what: string }) {
  const { t } = useTranslation();
  if (value === 0) return <>0</>;
  return (
    <Link to={to} aria-label={`${value}: ${t('reports.list', { what })}`}>
      {value}
    </Link>
  );
}

type ColumnOf<N extends ReportName> = Column<ReportRows[N]>;

function figure<N extends ReportName>(
  key: string,
  header: string,
  render: ColumnOf<N>['render'],
): ColumnOf<N> {
  return { key, header, align: 'end', isNarrow: true, render };
}

export function slaColumns(span: Span, t: TFunction): ColumnOf<'sla'>[] {
  const closed = asTaskFilter('closed', span);
  return [
    { key: 'workflow', header: t('reports.workflow'), render: (row) => row.workflow },
    {
      key: 'priority',
      header: t('field.priority'),
      isNarrow: true,
      render: (row) => <PriorityMark priority={row.priority} withLabel />,
    },
    figure('closed', t('reports.closed'), (row) => (
      <Counted
        value={row.closed}
        what={t('reports.closed')}
        to={`/admin/tasks?status=completed,rejected&workflow=${row.workflow_id}&priority=${row.priority}&${closed}`}
      />
    )),
    figure('met', t('reports.met'), (row) => row.met),
    figure('breached', t('reports.breached'), (row) => row.breached),
    figure('compliance', t('reports.compliance'), (row) => percent(row.compliance)),
    figure('target', t('reports.target'), (row) => duration(row.target_seconds)),
    figure('median', t('reports.median'), (row) => duration(row.median_seconds)),
    figure('p90', t('reports.p90'), (row) => duration(row.p90_seconds)),
  ];
}

export function agentColumns(t: TFunction): ColumnOf<'agents'>[] {
  return [
    { key: 'person', header: t('reports.person'), render: (row) => <PersonLabel person={row} size={20} /> },
    figure('open', t('reports.open'), (row) => (
      <Counted
        value={row.open}
        what={`${row.full_name}, ${t('reports.open')}`}
        to={`/admin/tasks?status=${OPEN_STATUSES.join()}&assignee=${row.user_id}`}
      />
    )),
    figure('assigned', t('reports.assigned'), (row) => row.assigned),
    figure('done', t('reports.done'), (row) => row.done),
    figure('late', t('reports.late'), (row) => `${row.steps_late} (${percent(row.late_share)})`),
    figure('returned', t('reports.returned'), (row) => row.returned),
    figure('released', t('reports.released'), (row) => row.released),
    figure('transferred', t('reports.transferred'), (row) => row.transferred),
    figure('escalated', t('reports.escalated'), (row) => row.escalated),
    figure('turn', t('reports.handlingTime'), (row) => duration(row.mean_turn_seconds)),
  ];
}

export function workflowColumns(span: Span, t: TFunction): ColumnOf<'workflows'>[] {
  const started = asTaskFilter('created', span);
  const to = (row: ReportRows['workflows'], status: string) =>
    `/admin/tasks?workflow=${row.workflow_id}${status && `&status=${status}`}&${started}`;
  return [
    {
      key: 'workflow',
      header: t('reports.workflow'),
      render: (row) => <Link to={`/admin/workflows/${row.workflow_id}`}>{row.workflow}</Link>,
    },
    figure('version', t('reports.version'), (row) => t('ticket.version', { version: row.version })),
    figure('started', t('reports.started'), (row) => (
      <Counted value={row.started} what={row.workflow} to={to(row, '')} />
    )),
    figure('open', t('reports.open'), (row) => (
      <Counted
        value={row.open}
        what={`${row.workflow}, ${t('reports.open')}`}
        to={to(row, OPEN_STATUSES.join())}
      />
    )),
    figure('completed', t('reports.completed'), (row) => (
      <Counted
        value={row.completed}
        what={`${row.workflow}, ${t('reports.completed')}`}
        to={to(row, 'completed')}
      />
    )),
    figure('rejected', t('reports.rejected'), (row) => (
      <Counted
        value={row.rejected}
        what={`${row.workflow}, ${t('reports.rejected')}`}
        to={to(row, 'rejected')}
      />
    )),
    figure('late', t('reports.breachRate'), (row) => percent(row.breach_share)),
    figure('returns', t('reports.returnRate'), (row) => percent(row.return_rate)),
    figure('median', t('reports.median'), (row) => duration(row.median_seconds)),
  ];
}

export function stepColumns(t: TFunction): ColumnOf<'steps'>[] {
  return [
    { key: 'workflow', header: t('reports.workflow'), render: (row) => row.workflow },
    figure('version', t('reports.version'), (row) => t('ticket.version', { version: row.version })),
    { key: 'step', header: t('reports.step'), render: (row) => row.step },
    { key: 'role', header: t('field.role'), render: (row) => row.role ?? '–' },
    figure('open', t('reports.open'), (row) => (
      <Counted
        value={row.open}
        what={`${row.step}, ${t('reports.open')}`}
        to={`/admin/tasks?status=pending,in_progress,on_hold&step=${row.step_id}`}
      />
    )),
    figure('visits', t('reports.visits'), (row) => row.visits),
    figure('median', t('reports.median'), (row) => duration(row.median_seconds)),
    figure('p90', t('reports.p90'), (row) => duration(row.p90_seconds)),
    figure('returns', t('reports.returnRate'), (row) => percent(row.return_rate)),
    figure('late', t('reports.breachRate'), (row) => percent(row.breach_share)),
  ];
}
