import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Period, type ReportName, type ReportRows, reportRowsQuery, type Span } from '@/api/analytics';
import { type Column, DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconChartBar } from '@/lib/icons';

export function Report<N extends ReportName>({
  name,
  period,
  columns,
}: {
  name: N;
  period: Period;
  columns: (span: Span) => Column<ReportRows[N]>[];
}) {
  const { t } = useTranslation();
  const rows = useQuery(reportRowsQuery(name, period));
  return (
    <ListBox busy={rows.isFetching}>
      <QueryState query={rows} rows={6} />
      {rows.data?.results.length === 0 && (
        <EmptyState
          icon={<IconChartBar size={22} />}
          title={t('reports.empty')}
          hint={t('reports.emptyHint')}
        />
      )}
      {rows.data && rows.data.results.length > 0 && (
        <DataTable<ReportRows[N]>
          label={t(`reports.tab.${name}`)}
          rows={rows.data.results}
          rowKey={(row) => JSON.stringify(row)}
          columns={columns(rows.data)}
        />
      )}
    </ListBox>
  );
}
