import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { intakeKeys, rerouteTicket, type UnmatchedTicket, unmatchedQuery } from '@/api/intake';
import { taskKeys } from '@/api/tasks';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { List, Text } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { problemText } from '@/components/ui/problemText';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconCircleCheck } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';

const PAGE_SIZE = 25;
const KNOWN_REASONS = ['no_workflow', 'workflow_paused'] as const;

/** Tickets without a workflow: what they ask for, what comes near and why it does not fit. */
export function UnmatchedList() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  const { change } = filters;
  const search = filters.text('search');
  const tickets = useQuery(unmatchedQuery({ search, page: filters.page, page_size: PAGE_SIZE }));
  const onSearch = useCallback((text: string) => change({ search: text }), [change]);
  return (
    <>
      <Box role="search" sx={{ mb: 1.5 }}>
        <SearchField value={search} label={t('filter.search')} onChange={onSearch} />
      </Box>
      <ListBox busy={tickets.isFetching}>
        <QueryState query={tickets} rows={6} />
        {tickets.data?.results.length === 0 && (
          <EmptyState
            icon={<IconCircleCheck size={22} />}
            title={t(search ? 'inbox.noMatch' : 'intake.unmatchedEmpty')}
            hint={search ? undefined : t('intake.unmatchedEmptyHint')}
          />
        )}
        {tickets.data && tickets.data.results.length > 0 && (
          <DataTable<UnmatchedTicket>
            label={t('intake.unmatched')}
            rows={tickets.data.results}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'ticket',
                header: t('intake.ticket'),
                render: (row) => (
                  <>
                    <Link to={`/tickets/${row.ticket_number}`}>{row.ticket_number}</Link>
                    <Text variant="inherit" color="text.secondary">
                      {row.subject}
                    </Text>
                  </>
                ),
              },
              {
                key: 'asks',
                header: t('intake.asks'),
                render: (row) => [row.department, row.category, row.sub_category].filter(Boolean).join(' › '),
              },
              {
                key: 'reason',
                header: t('intake.reason'),
                render: (row) => {
                  const known = KNOWN_REASONS.find((each) => each === row.unmatched_reason);
                  return known ? t(`intake.why.${known}`) : row.unmatched_reason || '–';
                },
              },
              { key: 'nearest', header: t('intake.nearest'), render: (row) => <Nearest ticket={row} /> },
              {
                key: 'received',
                header: t('intake.received'),
                isNarrow: true,
                render: (row) => formatDateTime(row.received_at),
              },
              {
                key: 'reroute',
                header: t('intake.reroute'),
                isHeaderHidden: true,
                align: 'end',
                render: (row) => <Reroute ticket={row} />,
              },
            ]}
          />
        )}
      </ListBox>
      {tickets.data && (
        <Pager
          page={filters.page}
          pageSize={PAGE_SIZE}
          count={tickets.data.count}
          onChange={(page) => change({ page })}
        />
      )}
    </>
  );
}

function Nearest({ ticket }: { ticket: UnmatchedTicket }) {
  const { t } = useTranslation();
  if (!ticket.unmatched_detail?.length)
    return (
      <Text variant="inherit" color="text.secondary">
        {t('intake.noneNear')}
      </Text>
    );
  return (
    <List gap={0.25}>
      {ticket.unmatched_detail.map((candidate) => (
        <li key={candidate.workflow_id}>
          <Link to={`/admin/workflows/${candidate.workflow_id}?tab=settings`}>{candidate.name}</Link>
          <Box
            component="span"
            sx={{ color: 'text.secondary', marginInlineStart: 0.75, fontSize: '0.75rem' }}
          >
            {candidate.why}
          </Box>
        </li>
      ))}
    </List>
  );
}

function Reroute({ ticket }: { ticket: UnmatchedTicket }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const number = ticket.ticket_number;
  const reroute = useMutation({
    mutationFn: () => rerouteTicket(number),
    onSuccess: (after) =>
      after.task
        ? showToast('success', t('intake.rerouted', { number, workflow: after.task.workflow.name }))
        : showToast('info', t('intake.stillUnmatched', { number })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () =>
      Promise.all(
        [intakeKeys.unmatched, taskKeys.all].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
  return (
    <Button
      variant="outlined"
      loading={reroute.isPending}
      aria-label={t('intake.rerouteNamed', { number })}
      onClick={() => reroute.mutate()}
    >
      {t('intake.reroute')}
    </Button>
  );
}
