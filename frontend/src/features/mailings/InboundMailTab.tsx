import '@/i18n/inboundMail';
import '@/i18n/identity';
import { Alert, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  INBOUND_PAGE_SIZE,
  INBOUND_VERDICTS,
  type InboundMailRow,
  type InboundVerdict,
  inboundMailsQuery,
  type Mailbox,
  mailboxQuery,
} from '@/api/inboundMails';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconMailOff } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';
import type { ToneName } from '@/theme/theme';
import { InboundMailDialog, reasonText } from './InboundMailDialog';

export const INBOUND_TONE: Record<InboundVerdict, ToneName> = {
  comment: 'green',
  ticket: 'green',
  waiting: 'blue',
  ignored: 'grey',
  refused: 'amber',
  failed: 'red',
};

/** What came into the mailbox and what became of it; without a mailbox, how to have one. */
export function InboundMailTab() {
  const { t } = useTranslation();
  const mailbox = useQuery(mailboxQuery());
  return (
    <Stack gap={1.5}>
      <QueryState query={mailbox} rows={2} />
      {mailbox.data?.is_configured && <MailboxState mailbox={mailbox.data} />}
      {mailbox.data?.is_configured === false && (
        <Alert severity="info">
          {t('inboundMail.off')}. {t('inboundMail.offHint')}
        </Alert>
      )}
      {mailbox.data && <Mails />}
    </Stack>
  );
}

function MailboxState({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation();
  const facts = [
    mailbox.read_at
      ? t('inboundMail.lastRead', { time: formatDateTime(mailbox.read_at) })
      : t('inboundMail.neverRead'),
    mailbox.reply_address && t('inboundMail.answersTo', { address: mailbox.reply_address }),
    t(`inboundMail.tickets.${mailbox.tickets}`),
  ];
  return (
    <>
      <Text component="p" variant="hint">
        {facts.filter(Boolean).join(' · ')}
      </Text>
      {mailbox.error && (
        <Alert severity="error" sx={{ overflowWrap: 'anywhere' }}>
          {t('inboundMail.failing', {
            time: mailbox.failed_at ? formatDateTime(mailbox.failed_at) : '–',
            error: mailbox.error,
          })}
        </Alert>
      )}
    </>
  );
}

function Mails() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  const [shown, setShown] = useState<number | null>(null);
  const mails = useQuery(
    inboundMailsQuery({
      verdict: filters.list('verdict'),
      search: filters.text('search'),
      page: filters.page,
    }),
  );
  const isFiltered = ['verdict', 'search'].some((name) => filters.text(name) !== '');
  return (
    <div>
      <Row gap={1} mb={1.5}>
        <SearchField
          value={filters.text('search')}
          label={t('inboundMail.search')}
          onChange={(search) => filters.change({ search })}
        />
        <FilterMenu
          label={t('inboundMail.result')}
          options={INBOUND_VERDICTS.map((value) => ({ value, label: t(`inboundMail.verdict.${value}`) }))}
          chosen={filters.list('verdict')}
          onChange={(verdict) => filters.change({ verdict })}
        />
      </Row>
      <ListBox busy={mails.isFetching}>
        <QueryState query={mails} rows={9} />
        {mails.data?.results.length === 0 && (
          <EmptyState
            icon={<IconMailOff size={22} />}
            title={t(isFiltered ? 'inbox.noMatch' : 'inboundMail.none')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => filters.only({ tab: 'inbound' })}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {mails.data && mails.data.results.length > 0 && (
          <DataTable<InboundMailRow>
            label={t('inboundMail.tab')}
            rows={mails.data.results}
            rowKey={(row) => row.id}
            onRowClick={(row) => setShown(row.id)}
            columns={[
              {
                key: 'when',
                header: t('inboundMail.received'),
                isNarrow: true,
                render: (row) => formatDateTime(row.received_at),
              },
              {
                key: 'subject',
                header: t('field.subject'),
                render: (row) => (
                  <Button
                    variant="text"
                    onClick={() => setShown(row.id)}
                    sx={{
                      textAlign: 'start',
                      whiteSpace: 'normal',
                      p: 0,
                      minHeight: 24,
                      overflowWrap: 'anywhere',
                    }}
                  >
                    {row.subject || t('inboundMail.noSubject')}
                  </Button>
                ),
              },
              {
                key: 'from',
                header: t('inboundMail.from'),
                render: (row) => row.sender_name || row.sender || '–',
              },
              {
                key: 'result',
                header: t('inboundMail.result'),
                isNarrow: true,
                render: (row) => (
                  <Badge tone={INBOUND_TONE[row.verdict]}>{t(`inboundMail.verdict.${row.verdict}`)}</Badge>
                ),
              },
              {
                key: 'ticket',
                header: t('inboundMail.ticket'),
                isNarrow: true,
                render: (row) =>
                  row.ticket_number ? (
                    <Link to={`/tickets/${row.ticket_number}`}>{row.ticket_number}</Link>
                  ) : (
                    '–'
                  ),
              },
              {
                key: 'why',
                header: t('inboundMail.why'),
                render: (row) => (
                  <Text variant="inherit" color="text.secondary">
                    {row.reason ? reasonText(t, row.reason) : '–'}
                  </Text>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {mails.data && (
        <Pager
          page={filters.page}
          pageSize={INBOUND_PAGE_SIZE}
          count={mails.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
      {shown !== null && <InboundMailDialog id={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
