import { Page, Row, Text } from '@/components/ui/layout';
import '@/i18n/engine';
import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import {
  type AuditFilters,
  type AuditRow,
  auditListQuery,
  exportAudit,
  type Verification,
  verifyAudit,
} from '@/api/audit';
import { DataTable } from '@/components/ui/DataTable';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { ListBox } from '@/components/ui/ListBox';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { PersonLabel } from '@/components/ui/Person';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { differencesOf } from '@/features/audit/differences';
import { IconDownload, IconHistory, IconShieldCheck } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';

const PAGE_SIZE = 50;
const FIRST = ['ticket_number', 'action', 'at_after', 'at_before'] as const;
const MORE = ['object_type', 'object_id', 'actor_id', 'request_id'] as const;
type FilterName = (typeof FIRST)[number] | (typeof MORE)[number];

/** Days in the address, moments in the question. */
function asked(text: (name: string) => string): AuditFilters {
  const filters: AuditFilters = {};
  for (const name of [...FIRST, ...MORE]) {
    const value = text(name);
    if (value) filters[name] = name.startsWith('at_') ? new Date(`${value}T00:00:00`).toISOString() : value;
  }
  return filters;
}

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
        {rows.isPending && <LoadingRows rows={10} />}
        {rows.isError && <ErrorState error={rows.error} onRetry={() => rows.refetch()} />}
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
                    aria-label={t('audit.open', { id: row.id })}
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
                      <Box component="span" sx={{ color: 'text.secondary', ml: 0.75 }}>
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

/** Typing is kept here until it settles, so that the address does not change with each letter. */
function FilterField({
  name,
  value,
  onChange,
}: {
  name: FilterName;
  value: string;
  onChange: (changes: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange({ [name]: text.trim() }), 350);
    return () => clearTimeout(timer);
  }, [name, onChange, text, value]);
  return (
    <TextField
      label={t(`audit.filters.${name}`)}
      value={text}
      type={name.startsWith('at_') ? 'date' : 'text'}
      onChange={setText}
    />
  );
}

function Verify() {
  const { t } = useTranslation();
  const [checked, setChecked] = useState(0);
  const verify = useMutation<Verification>({ mutationFn: () => verifyAudit(setChecked) });
  return (
    <Row gap={1} align="center">
      <Text role="status" variant="muted">
        {verify.isPending && t('audit.verifying', { count: checked })}
        {verify.data?.valid && (
          <Alert severity="success">{t('audit.intact', { count: verify.data.checked })}</Alert>
        )}
        {verify.data && !verify.data.valid && (
          <Alert severity="error">
            {t('audit.broken', { id: verify.data.first_bad_id, problem: verify.data.problem })}
          </Alert>
        )}
        {verify.isError && <Alert severity="error">{problemText(verify.error, t)}</Alert>}
      </Text>
      <Button
        variant="outlined"
        startIcon={<IconShieldCheck size={15} />}
        loading={verify.isPending}
        onClick={() => {
          setChecked(0);
          verify.mutate();
        }}
      >
        {t('audit.verify')}
      </Button>
    </Row>
  );
}

function RowDialog({ row, onClose }: { row: AuditRow; onClose: () => void }) {
  const { t } = useTranslation();
  const differences = differencesOf(row.old, row.new);
  const value = { px: 1, py: 0.5, verticalAlign: 'top', overflowWrap: 'anywhere' } as const;
  return (
    <FormDialog title={t('audit.row', { id: row.id })} submit="" maxWidth="md" onClose={onClose}>
      <Facts
        facts={[
          [t('audit.action'), row.action],
          [t('audit.at'), formatDateTime(row.at)],
          [t('audit.actor'), row.actor?.full_name ?? t('audit.system')],
          [t('audit.object'), `${row.object_type} ${row.object_id}`],
          ...(row.reason ? ([[t('audit.reason'), row.reason]] as [string, string][]) : []),
          [t('audit.requestId'), row.request_id || '–'],
          [t('audit.ip'), row.ip_address ?? '–'],
        ]}
      />
      {differences.length === 0 ? (
        <Text variant="muted">{t('audit.noChange')}</Text>
      ) : (
        <Box
          component="table"
          sx={{
            width: '100%',
            tableLayout: 'fixed',
            borderCollapse: 'collapse',
            fontSize: '0.8125rem',
            '& th': { textAlign: 'start', px: 1, py: 0.5, fontWeight: 560, color: 'text.secondary' },
            '& tbody tr': { borderTop: 1, borderColor: 'divider' },
          }}
        >
          <thead>
            <tr>
              <th scope="col">{t('audit.field')}</th>
              <th scope="col">{t('audit.old')}</th>
              <th scope="col">{t('audit.new')}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((each) => (
              <tr key={each.path}>
                <Box component="td" sx={value}>
                  {each.path}
                </Box>
                <Box
                  component="td"
                  sx={{
                    ...value,
                    ...(each.old !== null && { color: 'tone.red.fg', bgcolor: 'tone.red.bg' }),
                  }}
                >
                  {each.old ?? '–'}
                </Box>
                <Box
                  component="td"
                  sx={{
                    ...value,
                    ...(each.new !== null && { color: 'tone.green.fg', bgcolor: 'tone.green.bg' }),
                  }}
                >
                  {each.new ?? '–'}
                </Box>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
      <Box
        sx={{
          fontSize: '0.6875rem',
          color: 'text.secondary',
          fontFamily: 'ui-monospace, monospace',
          overflowWrap: 'anywhere',
        }}
      >
        {t('audit.hash')} {row.hash}
        <br />
        {t('audit.previousHash')} {row.previous_hash}
      </Box>
    </FormDialog>
  );
}
