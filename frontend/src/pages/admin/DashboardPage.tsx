import { Page, Row } from '@/components/ui/layout';
import '@/i18n/engine';
import { Box, Button } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchReportCsv, overviewQuery } from '@/api/analytics';
import { workflowChoices } from '@/api/choices';
import { PageHeader } from '@/components/ui/PageHeader';
import { PickField } from '@/components/ui/PickField';
import { problemText } from '@/components/ui/problemText';
import { SelectField } from '@/components/ui/SelectField';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { OverviewPanels } from '@/features/reports/Overview';
import { lastDays } from '@/features/reports/period';
import { IconDownload } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { useUrlFilters } from '@/lib/useUrlFilters';

const DAYS = ['7', '30', '90'] as const;

/** The floor now, and how the last days went. Every number leads to the list it counts. */
export function DashboardPage() {
  const { t } = useTranslation();
  const url = useUrlFilters();
  const days = DAYS.find((each) => each === url.text('days')) ?? '30';
  const workflow = url.text('workflow');
  const period = useMemo(() => lastDays(Number(days), workflow), [days, workflow]);
  const overview = useQuery({ ...overviewQuery(period), refetchInterval: 30_000 });
  const csv = useMutation({
    mutationFn: () => fetchReportCsv('overview', period),
    onSuccess: (blob) => saveBlob(blob, `overview-${period.from}-${period.to}.csv`),
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <Page width={1480}>
      <PageHeader
        title={t('dashboard.title')}
        actions={
          <Row gap={1} align="end">
            <Box sx={{ width: 190 }}>
              <PickField
                label={t('reports.workflow')}
                source={workflowChoices}
                value={workflow}
                empty={t('dashboard.everyWorkflow')}
                onChange={(value) => url.change({ workflow: value })}
              />
            </Box>
            <Box sx={{ width: 140 }}>
              <SelectField
                label={t('dashboard.period')}
                value={days}
                onChange={(value) => url.change({ days: value === '30' ? '' : value })}
                choices={DAYS.map((each) => ({ value: each, label: t(`dashboard.periods.${each}`) }))}
              />
            </Box>
            <Button
              variant="outlined"
              startIcon={<IconDownload size={15} />}
              loading={csv.isPending}
              onClick={() => csv.mutate()}
            >
              {t('dashboard.csv')}
            </Button>
          </Row>
        }
      />
      <QueryState query={overview} rows={8} height={64} />
      {overview.data && <OverviewPanels overview={overview.data} period={period} />}
    </Page>
  );
}
