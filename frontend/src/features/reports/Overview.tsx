import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Overview, Period } from '@/api/analytics';
import { OPEN_STATUSES } from '@/api/tasks';
import { Bars } from '@/components/charts/Bars';
import { LazyTrendChart } from '@/components/charts/LazyTrendChart';
import { Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PersonLabel } from '@/components/ui/Person';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { STATUS_TONE } from '@/components/ui/StatusBadge';
import { formatDay, formatDuration } from '@/lib/time';
import type { ToneName } from '@/theme/theme';
import { asTaskFilter, percent } from './period';

export function OverviewPanels({ overview, period }: { overview: Overview; period: Period }) {
  const { t } = useTranslation();
  const { now, period: totals } = overview;
  const inWorkflow = period.workflow ? `&workflow=${period.workflow}` : '';
  const tasks = (query: string) => `/admin/tasks?${query}${inWorkflow}`;
  const OPEN = OPEN_STATUSES.join();
  const cards: { key: string; label: string; value: string | number; to: string; tone?: ToneName }[] = [
    { key: 'open', label: t('dashboard.open'), value: now.open, to: tasks(`status=${OPEN}`) },
    {
      key: 'unassigned',
      label: t('dashboard.unassigned'),
      value: now.unassigned,
      to: tasks('status=pending'),
      tone: now.unassigned > 0 ? 'amber' : undefined,
    },
    {
      key: 'at_risk',
      label: t('dashboard.at_risk'),
      value: now.at_risk,
      to: tasks('view=at_risk'),
      tone: now.at_risk > 0 ? 'amber' : undefined,
    },
    {
      key: 'breached',
      label: t('dashboard.breached'),
      value: now.breached,
      to: tasks('view=breached'),
      tone: now.breached > 0 ? 'red' : undefined,
    },
    {
      key: 'unmatched',
      label: t('dashboard.unmatched_tickets'),
      value: now.unmatched_tickets,
      to: '/admin/intake?tab=unmatched',
      tone: now.unmatched_tickets > 0 ? 'amber' : undefined,
    },
    {
      key: 'failed',
      label: t('dashboard.failed_handoffs'),
      value: now.failed_handoffs,
      to: '/admin/handoffs?status=failed',
      tone: now.failed_handoffs > 0 ? 'red' : undefined,
    },
  ];
  const history: typeof cards = [
    {
      key: 'received',
      label: t('dashboard.received'),
      value: totals.received,
      to: `/admin/tasks?${asTaskFilter('created', overview, period.workflow)}`,
    },
    {
      key: 'closed',
      label: t('dashboard.closed'),
      value: totals.completed + totals.rejected,
      to: `/admin/tasks?status=completed,rejected&${asTaskFilter('closed', overview, period.workflow)}`,
    },
    {
      key: 'compliance',
      label: t('dashboard.compliance'),
      value: percent(totals.sla_compliance),
      to: `/admin/reports?from=${period.from}&to=${period.to}${inWorkflow}`,
    },
    {
      key: 'median',
      label: t('dashboard.median'),
      value:
        totals.median_resolution_seconds === null ? '–' : formatDuration(totals.median_resolution_seconds),
      to: `/admin/reports?tab=workflows&from=${period.from}&to=${period.to}${inWorkflow}`,
    },
  ];
  const perDay = overview.per_day.map((day) => ({ ...day, day: formatDay(day.date) }));
  const twoColumns = { xs: 'minmax(0,1fr)', md: 'repeat(2,minmax(0,1fr))', xl: 'repeat(3,minmax(0,1fr))' };
  return (
    <Stack gap={2}>
      <Cards cards={cards} />
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,1fr) 200px' },
        }}
      >
        <Panel title={t('dashboard.trend')}>
          <LazyTrendChart
            label={t('dashboard.trend')}
            data={perDay}
            x="day"
            height={240}
            series={[
              { key: 'received', label: t('dashboard.received'), tone: 'blue' },
              { key: 'closed', label: t('dashboard.closed'), tone: 'green' },
              { key: 'breached', label: t('dashboard.late'), tone: 'red' },
            ]}
          />
          <Text component="details" mt={1}>
            <Box component="summary" sx={{ cursor: 'pointer', color: 'text.secondary' }}>
              {t('dashboard.trendTable')}
            </Box>
            <Box
              component="table"
              sx={{
                borderCollapse: 'collapse',
                mt: 1,
                '& th, & td': { textAlign: 'end', px: 1.5, py: 0.25 },
              }}
            >
              <thead>
                <tr>
                  <th scope="col">{t('dashboard.day')}</th>
                  <th scope="col">{t('dashboard.received')}</th>
                  <th scope="col">{t('dashboard.closed')}</th>
                  <th scope="col">{t('dashboard.late')}</th>
                </tr>
              </thead>
              <tbody>
                {perDay.map((day) => (
                  <tr key={day.date}>
                    <th scope="row">{day.day}</th>
                    <td>{day.received}</td>
                    <td>{day.closed}</td>
                    <td>{day.breached}</td>
                  </tr>
                ))}
              </tbody>
            </Box>
          </Text>
        </Panel>
        <Cards cards={history} column />
      </Box>
      {now.open === 0 ? (
        <Panel>
          <Text variant="muted">{t('dashboard.nothing')}</Text>
        </Panel>
      ) : (
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: twoColumns, alignItems: 'start' }}>
          <Panel title={t('dashboard.byStatus')}>
            <Bars
              label={t('dashboard.byStatus')}
              bars={OPEN_STATUSES.map((status) => ({
                key: status,
                label: t(`status.${status}`),
                value: now[status],
                tone: STATUS_TONE[status],
                to: tasks(`status=${status}`),
              }))}
            />
          </Panel>
          <Panel title={t('dashboard.byPriority')}>
            <Bars
              label={t('dashboard.byPriority')}
              bars={(['urgent', 'high', 'medium', 'low'] as const).map((priority) => ({
                key: priority,
                label: <PriorityMark priority={priority} withLabel />,
                value: now[priority],
                tone: priority === 'urgent' ? 'red' : 'blue',
                to: tasks(`status=${OPEN}&priority=${priority}`),
              }))}
            />
          </Panel>
          <Panel title={t('dashboard.byWorkflow')}>
            <Bars
              label={t('dashboard.byWorkflow')}
              bars={overview.by_workflow.map((row) => ({
                key: row.workflow_id,
                label: row.workflow,
                value: row.open,
                note: row.breached > 0 ? t('dashboard.breachedOf', { count: row.breached }) : undefined,
                to: `/admin/tasks?status=${OPEN}&workflow=${row.workflow_id}`,
              }))}
            />
          </Panel>
          <Panel title={t('dashboard.byRole')}>
            <Bars
              label={t('dashboard.byRole')}
              bars={overview.by_role.map((row) => ({
                key: row.role_id,
                label: row.role,
                value: row.open,
                tone: row.unassigned > 0 ? 'amber' : 'blue',
                note:
                  [
                    row.unassigned > 0 && t('dashboard.unassignedOf', { count: row.unassigned }),
                    row.needs_lead > 0 && t('dashboard.needsLead', { count: row.needs_lead }),
                  ]
                    .filter(Boolean)
                    .join(', ') || undefined,
                to: tasks(`status=pending,in_progress,on_hold&role=${row.role_id}`),
              }))}
            />
          </Panel>
          <Panel title={t('dashboard.byPerson')}>
            <Bars
              label={t('dashboard.byPerson')}
              bars={overview.by_assignee.map((row) => ({
                key: row.user_id,
                label: <PersonLabel person={row} size={20} />,
                value: row.open,
                note: row.breached > 0 ? t('dashboard.breachedOf', { count: row.breached }) : undefined,
                to: tasks(`status=${OPEN}&assignee=${row.user_id}`),
              }))}
            />
          </Panel>
        </Box>
      )}
    </Stack>
  );
}

function Cards({
  cards,
  column = false,
}: {
  cards: { key: string; label: string; value: string | number; to: string; tone?: ToneName }[];
  column?: boolean;
}) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: column
          ? { xs: 'repeat(2,minmax(0,1fr))', lg: 'minmax(0,1fr)' }
          : { xs: 'repeat(2,minmax(0,1fr))', md: 'repeat(3,minmax(0,1fr))', lg: 'repeat(6,minmax(0,1fr))' },
      }}
    >
      {cards.map((card) => (
        <Box
          key={card.key}
          component={Link}
          to={card.to}
          sx={{
            display: 'grid',
            alignContent: 'center',
            px: 2,
            py: 1.25,
            minHeight: 68,
            bgcolor: 'background.paper',
            border: 1,
            borderColor: 'divider',
            borderRadius: 2,
            textDecoration: 'none',
            color: 'text.primary',
            '&:hover': { borderColor: 'text.disabled' },
          }}
        >
          <Text component="span" variant="hint">
            {card.label}
          </Text>
          <Box
            component="span"
            sx={{
              fontSize: '1.375rem',
              fontWeight: 650,
              letterSpacing: '-0.02em',
              fontVariantNumeric: 'tabular-nums',
              color: card.tone ? `tone.${card.tone}.fg` : 'text.primary',
            }}
          >
            {card.value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
