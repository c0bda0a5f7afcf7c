import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  actOnCheckout,
  type Checkout,
  checkoutListQuery,
  HANDOFF_STATUSES,
  type HandoffSystem,
  type HandoffVerb,
  handoffKeys,
} from '@/api/handoffs';
import { taskKeys } from '@/api/tasks';
import { Badge } from '@/components/ui/Badge';
import { Check } from '@/components/ui/Check';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { JsonView } from '@/components/ui/JsonView';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Text } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { problemText } from '@/components/ui/problemText';
import { SearchField } from '@/components/ui/SearchField';
import { SelectField } from '@/components/ui/SelectField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconArrowsExchange } from '@/lib/icons';
import { systemReason } from '@/lib/systemReason';
import { formatDateTime, formatRoughDuration } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { useUrlFilters } from '@/lib/useUrlFilters';
import { CheckoutDialog, HANDOFF_TONE } from './CheckoutDialog';

const PAGE_SIZE = 25;

interface Asked {
  verb: HandoffVerb | 'payload';
  checkout: Checkout;
}

export function Checkouts({ system }: { system: HandoffSystem }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const filters = useUrlFilters();
  const { change } = filters;
  const status = filters.text('status');
  const search = filters.text('search');
  const is_overdue = filters.text('overdue') === '1';
  const now = useNow();
  const [asked, setAsked] = useState<Asked | null>(null);
  const checkouts = useQuery(
    checkoutListQuery(system, { status, search, is_overdue, page: filters.page, page_size: PAGE_SIZE }),
  );
  const overdue = useQuery(checkoutListQuery(system, { is_overdue: true, page: 1, page_size: 1 }));
  const onSearch = useCallback((text: string) => change({ search: text }), [change]);
  const act = useMutation({
    mutationFn: actOnCheckout,
    onSuccess: (after, { verb }) => {
      setAsked(null);
      const done = { retry: 'retried', waive: 'waived', acknowledge: 'acknowledged' } as const;
      showToast('success', t(`handoffs.${done[verb]}`, { number: after.ticket_number }));
    },
    onError: (error, { verb }) => {
      if (verb === 'retry') showToast('error', problemText(error, t));
    },
    onSettled: () =>
      Promise.all(
        [handoffKeys.all, taskKeys.all].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
  const ask = (verb: Asked['verb'], checkout: Checkout) => {
    act.reset();
    setAsked({ verb, checkout });
  };
  const isFiltered = status !== '' || search !== '' || is_overdue;
  const late = overdue.data?.count ?? 0;

  return (
    <>
      {late > 0 && (
        <Alert
          severity="warning"
          sx={{ mb: 1.5 }}
          action={
            <Button color="inherit" onClick={() => change({ overdue: '1', status: null, search: null })}>
              {t('handoffs.showOverdue')}
            </Button>
          }
        >
          {t('handoffs.alarm', { count: late })}
        </Alert>
      )}
      <Row role="search" gap={1} align="end" mb={1.5}>
        <SearchField value={search} label={t('handoffs.search')} onChange={onSearch} />
        <Box sx={{ width: 170 }}>
          <SelectField
            label={t('field.status')}
            value={status}
            onChange={(value) => change({ status: value })}
            choices={[
              { value: '', label: t('view.all') },
              ...HANDOFF_STATUSES.map((each) => ({ value: each, label: t(`handoffs.status.${each}`) })),
            ]}
          />
        </Box>
        <Check
          label={t('handoffs.onlyOverdue')}
          checked={is_overdue}
          onChange={(value) => change({ overdue: value ? '1' : null })}
        />
      </Row>
      <ListBox busy={checkouts.isFetching}>
        <QueryState query={checkouts} rows={6} />
        {checkouts.data?.results.length === 0 && (
          <EmptyState
            icon={<IconArrowsExchange size={22} />}
            title={t(isFiltered ? 'handoffs.noMatch' : 'handoffs.empty')}
            hint={isFiltered ? undefined : t('handoffs.emptyHint')}
          />
        )}
        {checkouts.data && checkouts.data.results.length > 0 && (
          <DataTable<Checkout>
            label={t(`handoffs.system.${system}`)}
            rows={checkouts.data.results}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'ticket',
                header: t('handoffs.ticket'),
                isNarrow: true,
                render: (row) => <Link to={`/tickets/${row.ticket_number}`}>{row.ticket_number}</Link>,
              },
              {
                key: 'status',
                header: t('field.status'),
                isNarrow: true,
                render: (row) => (
                  <Badge tone={HANDOFF_TONE[row.status] ?? 'grey'}>
                    {t(`handoffs.status.${row.status}`)}
                  </Badge>
                ),
              },
              {
                key: 'age',
                header: t('handoffs.age'),
                isNarrow: true,
                render: (row) => (
                  <>
                    {row.status === 'acknowledged' || row.status === 'waived'
                      ? '–'
                      : formatRoughDuration((now - Date.parse(row.created_at)) / 1000)}
                    {row.is_overdue && (
                      <Box component="span" sx={{ marginInlineStart: 0.75 }}>
                        <Badge tone="red" title={t('handoffs.overdueHint')}>
                          {t('handoffs.overdue')}
                        </Badge>
                      </Box>
                    )}
                  </>
                ),
              },
              {
                key: 'attempts',
                header: t('handoffs.attempts'),
                isNarrow: true,
                render: (row) => (
                  <>
                    {row.attempts}
                    {row.next_attempt_at && row.status !== 'acknowledged' && row.status !== 'waived' && (
                      <Text component="span" variant="inherit" color="text.secondary">
                        {` · ${t('handoffs.next', { time: formatDateTime(row.next_attempt_at) })}`}
                      </Text>
                    )}
                  </>
                ),
              },
              { key: 'detail', header: t('handoffs.detail'), render: (row) => detailOf(row, t) },
              {
                key: 'created',
                header: t('handoffs.created'),
                isNarrow: true,
                render: (row) => (
                  <Button
                    variant="text"
                    color="inherit"
                    aria-description={t('handoffs.open', { number: row.ticket_number })}
                    onClick={() => ask('payload', row)}
                    sx={{ px: 0.5, fontWeight: 400 }}
                  >
                    {formatDateTime(row.created_at)}
                  </Button>
                ),
              },
              {
                key: 'actions',
                header: t('handoffs.actions'),
                isHeaderHidden: true,
                align: 'end',
                isNarrow: true,
                render: (row) =>
                  row.status !== 'acknowledged' &&
                  row.status !== 'waived' && (
                    <Box sx={{ display: 'inline-flex', gap: 0.75 }}>
                      {row.status === 'failed' && (
                        <Button
                          variant="outlined"
                          aria-label={t('handoffs.retryNamed', { number: row.ticket_number })}
                          onClick={() => act.mutate({ system, id: row.id, verb: 'retry' })}
                        >
                          {t('handoffs.retry')}
                        </Button>
                      )}
                      <Button
                        variant="outlined"
                        aria-label={t('handoffs.acknowledgeNamed', { number: row.ticket_number })}
                        onClick={() => ask('acknowledge', row)}
                      >
                        {t('handoffs.acknowledge')}
                      </Button>
                      <Button
                        variant="outlined"
                        aria-label={t('handoffs.waiveNamed', { number: row.ticket_number })}
                        onClick={() => ask('waive', row)}
                      >
                        {t('handoffs.waive')}
                      </Button>
                    </Box>
                  ),
              },
            ]}
          />
        )}
      </ListBox>
      {checkouts.data && (
        <Pager
          page={filters.page}
          pageSize={PAGE_SIZE}
          count={checkouts.data.count}
          onChange={(page) => change({ page })}
        />
      )}
      {asked && asked.verb !== 'payload' && asked.verb !== 'retry' && (
        <CheckoutDialog
          verb={asked.verb}
          number={asked.checkout.ticket_number}
          busy={act.isPending}
          error={act.error}
          onClose={() => setAsked(null)}
          onSubmit={(text) =>
            act.mutate({
              system,
              id: asked.checkout.id,
              verb: asked.verb as HandoffVerb,
              body: asked.verb === 'waive' ? { reason: text } : { reference: text },
            })
          }
        />
      )}
      {asked?.verb === 'payload' && (
        <FormDialog title={t('handoffs.payload')} submit="" maxWidth="sm" onClose={() => setAsked(null)}>
          <JsonView label={t('handoffs.payload')} value={asked.checkout.payload} />
        </FormDialog>
      )}
    </>
  );
}

function detailOf(row: Checkout, t: TFunction): string {
  if (row.status === 'waived')
    return t('handoffs.waivedBecause', {
      reason: systemReason(row.waived_reason_code, row.waived_reason),
    });
  if (row.status === 'acknowledged')
    return row.external_reference ? t('handoffs.reference', { reference: row.external_reference }) : '–';
  return systemReason(row.last_error_code, row.last_error) || '–';
}
