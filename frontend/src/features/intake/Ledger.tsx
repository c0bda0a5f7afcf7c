import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type IntakeRow, intakeListQuery, VERDICTS, type Verdict } from '@/api/intake';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Row } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { SearchField } from '@/components/ui/SearchField';
import { SelectField } from '@/components/ui/SelectField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconInbox } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';
import type { ToneName } from '@/theme/theme';
import { MessageDialog } from './MessageDialog';

const PAGE_SIZE = 25;

const TONE: Record<Verdict, ToneName> = {
  accepted: 'green',
  duplicate: 'grey',
  updated: 'blue',
  reopened: 'blue',
  stale: 'grey',
  unmatched: 'amber',
  cancelled: 'grey',
  invalid: 'red',
  unreadable: 'red',
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  return <Badge tone={TONE[verdict] ?? 'grey'}>{t(`intake.verdicts.${verdict}`)}</Badge>;
}

export function Ledger() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  // A dead letter leads to its message.
  const [opened, setOpened] = useState<number | null>(Number(filters.text('message')) || null);
  const verdict = filters.text('verdict');
  const search = filters.text('search');
  const messages = useQuery(intakeListQuery({ verdict, search, page: filters.page, page_size: PAGE_SIZE }));
  const { change } = filters;
  const onSearch = useCallback((text: string) => change({ search: text }), [change]);
  const isFiltered = verdict !== '' || search !== '';
  return (
    <>
      <Row role="search" gap={1} align="end" mb={1.5}>
        <SearchField value={search} label={t('intake.search')} onChange={onSearch} />
        <Box sx={{ width: 170 }}>
          <SelectField
            label={t('intake.verdict')}
            value={verdict}
            onChange={(value) => change({ verdict: value })}
            choices={[
              { value: '', label: t('view.all') },
              ...VERDICTS.map((each) => ({ value: each, label: t(`intake.verdicts.${each}`) })),
            ]}
          />
        </Box>
      </Row>
      <ListBox busy={messages.isFetching}>
        <QueryState query={messages} rows={8} />
        {messages.data?.results.length === 0 && (
          <EmptyState
            icon={<IconInbox size={22} />}
            title={t(isFiltered ? 'intake.noMatch' : 'intake.empty')}
            hint={isFiltered ? undefined : t('intake.emptyHint')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => filters.only({})}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {messages.data && messages.data.results.length > 0 && (
          <DataTable<IntakeRow>
            label={t('intake.ledger')}
            rows={messages.data.results}
            rowKey={(row) => row.id}
            onRowClick={(row) => setOpened(row.id)}
            columns={[
              {
                key: 'received',
                header: t('intake.received'),
                isNarrow: true,
                render: (row) => (
                  <Button
                    variant="text"
                    color="inherit"
                    aria-label={t('intake.open', { id: row.id, time: formatDateTime(row.received_at) })}
                    onClick={() => setOpened(row.id)}
                    sx={{ px: 0.5, fontWeight: 400 }}
                  >
                    {formatDateTime(row.received_at)}
                  </Button>
                ),
              },
              {
                key: 'ticket',
                header: t('intake.ticket'),
                isNarrow: true,
                render: (row) =>
                  row.ticket_id === null ? (
                    row.ticket_number || t('intake.noTicket')
                  ) : (
                    <Link to={`/tickets/${row.ticket_number}`}>{row.ticket_number}</Link>
                  ),
              },
              {
                key: 'verdict',
                header: t('intake.verdict'),
                isNarrow: true,
                render: (row) => <VerdictBadge verdict={row.verdict} />,
              },
              {
                key: 'rule',
                header: t('intake.rule'),
                render: (row) => row.rule.replaceAll('+', ' + ').replaceAll('_', '-') || '–',
              },
              { key: 'reason', header: t('intake.reason'), render: (row) => row.reason || '–' },
            ]}
          />
        )}
      </ListBox>
      {messages.data && (
        <Pager
          page={filters.page}
          pageSize={PAGE_SIZE}
          count={messages.data.count}
          onChange={(page) => change({ page })}
        />
      )}
      {opened !== null && <MessageDialog key={opened} id={opened} onClose={() => setOpened(null)} />}
    </>
  );
}
