import { Page } from '@/components/ui/layout';
import '@/i18n/engine';
import { Box, Button } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type AuditRow, auditListQuery, exportAudit } from '@/api/audit';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { PersonLabel } from '@/components/ui/Person';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { asked, FIRST, FilterField, MORE } from '@/features/audit/filters';
import { RowDialog } from '@/features/audit/RowDialog';
import { Verify } from '@/features/audit/Verify';
import { IconDownload, IconHistory } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';

const PAGE_SIZE = 50;

export function AuditPage() {
  const { t } = useTranslation();
  const url = useUrlFilters();
  const filters = asked(url.text);
  const [isMore, setMore] = useState(MORE.some((name) => url.text(name) !== ''));
  const [opened, setOpened] = useState<AuditRow | null>(null);
  const rows = useQuery(auditListQuery(filters, url.page, PAGE_SIZE));
  const isFiltered = Object.keys(filters).length > 0;
  const download = useMutation({
    mutationFn: () => exportAudit(filters),
    onSuccess: (blob) => {
      saveBlob(blob, `audit-${new Date().toISOString().slice(0, 10)}.csv`);
      showToast('info', t('audit.exporting'));
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });

  return (
    <Page width={1560}>
      <PageHeader
        title={t('audit.title')}
        actions={
          <>
            <Verify />
            <Button
              variant="outlined"
              startIcon={<IconDownload size={15} />}
              loading={download.isPending}
              onClick={() => download.mutate()}
            >
              {t('audit.export')}
            </Button>
          </>
        }
      />
      <Box
        role="search"
        sx={{
          display: 'grid',
          gap: 1,
          mb: 1.5,
          alignItems: 'end',
          gridTemplateColumns: { xs: 'repeat(2,minmax(0,1fr))', md: 'repeat(4,minmax(0,1fr)) auto' },
        }}
      >
        {FIRST.map((name) => (
          <FilterField key={name} name={name} value={url.text(name)} onChange={url.change} />
        ))}
        <Button
          variant="text"
          color="inherit"
          onClick={() => setMore((shown) => !shown)}
          aria-expanded={isMore}
        >
          {t(isMore ? 'audit.fewer' : 'audit.more')}
        </Button>
        {isMore &&
          MORE.map((name) => (
            <FilterField key={name} name={name} value={url.text(name)} onChange={url.change} />
          ))}
      </Box>
      <ListBox busy={rows.isFetching}>
        <QueryState query={rows} rows={10} />
        {rows.data?.results.length === 0 && (
          <EmptyState
            icon={<IconHistory size={22} />}
            title={t('audit.empty')}
            hint={t('audit.emptyHint')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => url.only({})}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {rows.data && rows.data.results.length > 0 && (
          <DataTable<AuditRow>
            label={t('audit.title')}
            rows={rows.data.results}
            rowKey={(row) => row.id}
            onRowClick={setOpened}
            columns={[
              {
                key: 'at',
                header: t('audit.at'),
                isNarrow: true,
                render: (row) => (
                  <Button
                    variant="text"
                    color="inherit"
                    aria-label={t('audit.open', { id: row.id, time: formatDateTime(row.at) })}
                    onClick={() => setOpened(row)}
                    sx={{ px: 0.5, fontWeight: 400 }}
                  >
                    {formatDateTime(row.at)}
                  </Button>
                ),
              },
              {
                key: 'actor',
                header: t('audit.actor'),
                isNarrow: true,
                render: (row) => (
                  <>
                    {row.actor ? <PersonLabel person={row.actor} size={20} /> : t('audit.system')}
                    {row.on_behalf_of_id !== null && (
                      <Box component="span" sx={{ color: 'text.secondary', marginInlineStart: 0.75 }}>
                        {t('audit.behalf', { id: row.on_behalf_of_id })}
                      </Box>
                    )}
                  </>
                ),
              },
              {
                key: 'action',
                header: t('audit.action'),
                isNarrow: true,
                render: (row) => <Box sx={{ fontWeight: 540 }}>{row.action}</Box>,
              },
              {
                key: 'object',
                header: t('audit.object'),
                isNarrow: true,
                render: (row) => `${row.object_type} ${row.object_id}`,
              },
              {
                key: 'ticket',
                header: t('audit.ticket'),
                isNarrow: true,
                render: (row) =>
                  row.ticket_number ? (
                    <Link to={`/tickets/${row.ticket_number}`}>{row.ticket_number}</Link>
                  ) : (
                    '–'
                  ),
              },
              { key: 'reason', header: t('audit.reason'), render: (row) => row.reason || '–' },
            ]}
          />
        )}
      </ListBox>
      {rows.data && (
        <Pager
          page={url.page}
          pageSize={PAGE_SIZE}
          count={rows.data.count}
          onChange={(page) => url.change({ page })}
        />
      )}
      {opened && <RowDialog row={opened} onClose={() => setOpened(null)} />}
    </Page>
  );
}
