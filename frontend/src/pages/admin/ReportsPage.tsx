import { Grow, Page, Row } from '@/components/ui/layout';
import '@/i18n/engine';
import { Box, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchReportCsv, type Period, type ReportName } from '@/api/analytics';
import { workflowChoices } from '@/api/choices';
import { PageHeader } from '@/components/ui/PageHeader';
import { PickField } from '@/components/ui/PickField';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { agentColumns, slaColumns, stepColumns, workflowColumns } from '@/features/reports/columns';
import { lastDays } from '@/features/reports/period';
import { Report } from '@/features/reports/Report';
import { IconDownload } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { useUrlFilters } from '@/lib/useUrlFilters';

const NAMES: ReportName[] = ['sla', 'agents', 'workflows', 'steps'];

/** Figures of a period, each with the list behind it and as a file. */
export function ReportsPage() {
  const { t } = useTranslation();
  const url = useUrlFilters();
  const usual = lastDays(30);
  const period: Period = {
    from: url.text('from') || usual.from,
    to: url.text('to') || usual.to,
    workflow: url.text('workflow'),
  };
  const name = NAMES.find((each) => each === url.text('tab')) ?? 'sla';
  const csv = useMutation({
    mutationFn: () => fetchReportCsv(name, period),
    onSuccess: (blob) => saveBlob(blob, `${name}-${period.from}-${period.to}.csv`),
    onError: () => showToast('error', t('reports.csvFailed')),
  });
  return (
    <Page width={1480}>
      <PageHeader title={t('reports.title')} />
      <Row gap={1} align="end" mb={1.5}>
        <Box sx={{ width: 220 }}>
          <SelectField
            label={t('reports.kind')}
            value={name}
            onChange={(value) => url.change({ tab: value === 'sla' ? '' : value })}
            choices={NAMES.map((each) => ({ value: each, label: t(`reports.tab.${each}`) }))}
          />
        </Box>
        <Box sx={{ width: 150 }}>
          <TextField
            label={t('reports.from')}
            type="date"
            value={period.from}
            inputProps={{ max: period.to }}
            onChange={(from) => url.change({ from })}
          />
        </Box>
        <Box sx={{ width: 150 }}>
          <TextField
            label={t('reports.to')}
            type="date"
            value={period.to}
            inputProps={{ min: period.from }}
            onChange={(to) => url.change({ to })}
          />
        </Box>
        <Box sx={{ width: 200 }}>
          <PickField
            label={t('reports.workflow')}
            source={workflowChoices}
            value={period.workflow ?? ''}
            empty={t('dashboard.everyWorkflow')}
            onChange={(workflow) => url.change({ workflow })}
          />
        </Box>
        <Grow />
        <Button
          variant="outlined"
          startIcon={<IconDownload size={15} />}
          loading={csv.isPending}
          onClick={() => csv.mutate()}
        >
          {t('reports.csv')}
        </Button>
      </Row>
      {name === 'sla' && <Report name="sla" period={period} columns={(span) => slaColumns(span, t)} />}
      {name === 'agents' && <Report name="agents" period={period} columns={() => agentColumns(t)} />}
      {name === 'workflows' && (
        <Report name="workflows" period={period} columns={(span) => workflowColumns(span, t)} />
      )}
      {name === 'steps' && <Report name="steps" period={period} columns={() => stepColumns(t)} />}
    </Page>
  );
}
