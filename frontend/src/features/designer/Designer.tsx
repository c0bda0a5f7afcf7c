import { Alert, Box, Button, Tab, Tabs } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type DraftGraphDocument, type Finding, reportQuery, type WorkflowDetail } from '@/api/definitions';
import { Page, Text } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { ErrorState } from '@/components/ui/States';
import { IconListCheck, IconRoute } from '@/lib/icons';
import { useUrlParams } from '@/lib/useUrlParams';
import { DryRunTab } from './DryRunTab';
import { FindingsPanel } from './FindingsPanel';
import { LifeCycle } from './LifeCycle';
import type { Selection } from './model';
import { SaveProblem, SaveStatus, UnsavedSettings } from './SaveStatus';
import { SettingsForm } from './SettingsForm';
import { useDraft } from './useDraft';
import { useDryRun } from './useDryRun';
import { useSettings } from './useSettings';
import { VersionsTab } from './VersionsTab';
import { WorkflowStatusBadge } from './WorkflowStatusBadge';

/** The bar of the application, under which the designer's own stays in sight. */
const SHELL_BAR_PX = 48;
const TABS = ['design', 'settings', 'dry-run', 'versions'] as const;
type TabName = (typeof TABS)[number];

import { Design } from './Design';
export function Designer({ workflow, graph }: { workflow: WorkflowDetail; graph: DraftGraphDocument }) {
  const { t } = useTranslation();
  const id = String(workflow.id);
  const control = useDraft(id, graph);
  const settings = useSettings(workflow, control);
  const run = useDryRun(workflow, control);
  const report = useQuery(reportQuery(id, control.editVersion));
  const [search, setSearch] = useUrlParams();
  const wanted = search.get('tab') as TabName | null;
  const tab = wanted && TABS.includes(wanted) ? wanted : 'design';
  const [selection, setSelection] = useState<Selection>(null);
  const [field, setField] = useState<string | null>(null);

  const openTab = useCallback(
    (next: TabName) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (next === 'design') after.delete('tab');
          else after.set('tab', next);
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );

  const openFinding = useCallback(
    (finding: Finding) => {
      if (finding.field) {
        setField(finding.field);
        openTab('settings');
        return;
      }
      openTab('design');
      const place =
        finding.step_id !== null
          ? control.place('step', finding.step_id)
          : finding.transition_id !== null
            ? control.place('edge', finding.transition_id)
            : null;
      if (place) setSelection(place);
    },
    [control.place, openTab],
  );

  return (
    <Page width={1800}>
      <Box
        sx={{
          position: { md: 'sticky' },
          top: SHELL_BAR_PX,
          zIndex: 10,
          bgcolor: 'surface.canvas',
          mb: 1.5,
          // Over the padding of the page, so that nothing shows between the two bars.
          mt: -2.5,
          pt: 2.5,
        }}
      >
        <PageHeader
          title={workflow.name}
          breadcrumbs={[{ label: t('nav.workflows'), to: '/admin/workflows' }]}
          beside={
            <>
              <WorkflowStatusBadge status={workflow.status} />
              {workflow.current_version !== null && (
                <Text component="span" variant="hint">
                  {t('designer.live', { version: workflow.current_version })}
                </Text>
              )}
              {(workflow.has_undeployed_changes || workflow.is_deploy_requested) && (
                <Box component="span" sx={{ fontSize: '0.75rem', color: 'tone.amber.fg' }}>
                  {t(workflow.is_deploy_requested ? 'workflows.deployRequested' : 'workflows.undeployed')}
                </Box>
              )}
              <SaveStatus control={control} />
              {settings.isDirty && <UnsavedSettings onOpen={() => openTab('settings')} />}
            </>
          }
          actions={
            <>
              <Button
                component={Link}
                to={`/admin/tasks?workflow=${workflow.id}`}
                variant="outlined"
                startIcon={<IconListCheck size={16} />}
              >
                {t('workflows.showTasks', { count: workflow.running_tasks })}
              </Button>
              {tab !== 'dry-run' && (
                <Button
                  variant="outlined"
                  startIcon={<IconRoute size={15} />}
                  onClick={() => openTab('dry-run')}
                >
                  {t('designer.tabs.dry-run')}
                </Button>
              )}
              <LifeCycle workflow={workflow} control={control} onFinding={openFinding} />
            </>
          }
        />
        {workflow.is_waiting_for_roles && (
          <Alert severity="info" sx={{ mb: 1.5 }}>
            {t('designer.waitingForRoles')}
          </Alert>
        )}
        <SaveProblem control={control} />
        <Tabs
          value={tab}
          onChange={(_event, next: TabName) => openTab(next)}
          aria-label={t('designer.tabs.label')}
          sx={{ borderBottom: 1, borderColor: 'divider' }}
        >
          {TABS.map((each) => (
            <Tab key={each} value={each} label={t(`designer.tabs.${each}`)} />
          ))}
        </Tabs>
      </Box>
      {tab === 'design' && (
        <Design
          workflow={workflow}
          control={control}
          selection={selection}
          onSelect={setSelection}
          findings={report.data ? [...report.data.errors, ...report.data.warnings] : []}
        />
      )}
      {tab === 'settings' && <SettingsForm workflow={workflow} settings={settings} focus={field} />}
      {tab === 'dry-run' && <DryRunTab workflow={workflow} run={run} onFinding={openFinding} />}
      {tab === 'versions' && <VersionsTab workflow={workflow} control={control} />}
      {(tab === 'design' || tab === 'settings') && (
        <Box sx={{ mt: 1.5 }} aria-busy={report.isFetching}>
          {report.isError ? (
            <ErrorState error={report.error} onRetry={() => report.refetch()} />
          ) : (
            <FindingsPanel report={report.data} onOpen={openFinding} />
          )}
        </Box>
      )}
    </Page>
  );
}
