import '@/i18n/designer';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  IconButton,
  Tab,
  Tabs,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useBlocker, useParams, useSearchParams } from 'react-router-dom';
import {
  type DraftGraphDocument,
  definitionQuery,
  draftGraphQuery,
  type Finding,
  reportQuery,
  type WorkflowDetail,
} from '@/api/definitions';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { ErrorState, LoadingRows, PageLoading } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import { EdgePanel } from '@/features/designer/EdgePanel';
import { FindingsPanel } from '@/features/designer/FindingsPanel';
import { LifeCycle } from '@/features/designer/LifeCycle';
import { addStep, layOut, type Marks, type Palette, remove, type Selection } from '@/features/designer/model';
import { Outline, StepPalette } from '@/features/designer/Outline';
import { SaveProblem, SaveStatus } from '@/features/designer/SaveStatus';
import { SettingsForm } from '@/features/designer/SettingsForm';
import { StepPanel } from '@/features/designer/StepPanel';
import { type DraftControl, useDraft } from '@/features/designer/useDraft';
import { VersionsTab } from '@/features/designer/VersionsTab';
import { WorkflowStatusBadge } from '@/features/designer/WorkflowStatusBadge';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronRight,
  IconListCheck,
  IconRoute,
  IconX,
} from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';

const Canvas = lazyPart(() => import('@/features/designer/DesignerCanvas'), 'DesignerCanvas');

const TABS = ['design', 'settings', 'versions'] as const;
type TabName = (typeof TABS)[number];

export function DesignerPage() {
  const { id = '' } = useParams();
  const workflow = useQuery(definitionQuery(id));
  const graph = useQuery({ ...draftGraphQuery(id), staleTime: 0 });
  const failed = workflow.error ?? graph.error;
  if (failed && !(workflow.data && graph.data))
    return (
      <ErrorState
        error={failed}
        onRetry={() => {
          void workflow.refetch();
          void graph.refetch();
        }}
      />
    );
  if (!workflow.data || !graph.data) return <PageLoading />;
  if (workflow.data.is_archived) return <Archived workflow={workflow.data} graph={graph.data} />;
  return <Designer key={id} workflow={workflow.data} graph={graph.data} />;
}

function Path({ workflow }: { workflow: WorkflowDetail }) {
  const { t } = useTranslation();
  return (
    <Box
      component="nav"
      aria-label={t('ticket.path')}
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 0.5,
        fontSize: '0.75rem',
        color: 'text.secondary',
        mb: 0.5,
        '& a': { color: 'inherit', textDecoration: 'none', '&:hover': { textDecoration: 'underline' } },
      }}
    >
      <Link to="/admin/workflows">{t('nav.workflows')}</Link>
      <IconChevronRight size={13} aria-hidden />
      <span>{workflow.name}</span>
    </Box>
  );
}

function Archived({ workflow, graph }: { workflow: WorkflowDetail; graph: DraftGraphDocument }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ maxWidth: 1320, mx: 'auto' }}>
      <PageHeader title={workflow.name} above={<Path workflow={workflow} />} />
      <Alert severity="info" sx={{ mb: 2 }}>
        {t('designer.archived')}
      </Alert>
      <Panel title={t('workflows.diagram')}>
        <LazyWorkflowGraph
          graph={graph}
          label={t('graph.ofWorkflow', { name: workflow.name })}
          height={320}
        />
      </Panel>
    </Box>
  );
}

function Designer({ workflow, graph }: { workflow: WorkflowDetail; graph: DraftGraphDocument }) {
  const { t } = useTranslation();
  const id = String(workflow.id);
  const control = useDraft(id, graph);
  const report = useQuery(reportQuery(id, control.editVersion));
  const [search, setSearch] = useSearchParams();
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
    <Box sx={{ maxWidth: 1800, mx: 'auto' }}>
      <PageHeader
        title={workflow.name}
        above={<Path workflow={workflow} />}
        beside={
          <>
            <WorkflowStatusBadge status={workflow.status} />
            {workflow.current_version !== null && (
              <Box component="span" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
                {t('designer.live', { version: workflow.current_version })}
              </Box>
            )}
            {workflow.has_undeployed_changes && (
              <Box component="span" sx={{ fontSize: '0.75rem', color: 'tone.amber.fg' }}>
                {t('workflows.undeployed')}
              </Box>
            )}
            <SaveStatus control={control} />
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
      <LeaveGuard control={control} />
      <Tabs
        value={tab}
        onChange={(_event, next: TabName) => openTab(next)}
        aria-label={t('designer.tabs.label')}
        sx={{ borderBottom: 1, borderColor: 'divider', mb: 1.5 }}
      >
        {TABS.map((each) => (
          <Tab key={each} value={each} label={t(`designer.tabs.${each}`)} />
        ))}
      </Tabs>
      {tab === 'design' && (
        <Design
          workflow={workflow}
          control={control}
          selection={selection}
          onSelect={setSelection}
          findings={report.data ? [...report.data.errors, ...report.data.warnings] : []}
        />
      )}
      {tab === 'settings' && <SettingsForm workflow={workflow} control={control} focus={field} />}
      {tab === 'versions' && <VersionsTab workflow={workflow} />}
      {tab !== 'versions' && (
        <Box sx={{ mt: 1.5, opacity: report.isFetching ? 0.7 : 1 }}>
          {report.isError ? (
            <ErrorState error={report.error} onRetry={() => report.refetch()} />
          ) : (
            <FindingsPanel report={report.data} onOpen={openFinding} />
          )}
        </Box>
      )}
    </Box>
  );
}

interface DesignProps {
  workflow: WorkflowDetail;
  control: DraftControl;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  findings: Finding[];
}

function Design({ workflow, control, selection, onSelect, findings }: DesignProps) {
  const { t } = useTranslation();
  const { draft, change, place } = control;
  const [made, setMade] = useState<string | null>(null);
  const step =
    selection?.kind === 'step' ? draft.steps.find((each) => each.key === selection.key) : undefined;
  const edge =
    selection?.kind === 'edge' ? draft.edges.find((each) => each.key === selection.key) : undefined;

  const marks = useMemo<Marks>(() => {
    const found: Marks = new Map();
    for (const finding of [...findings].reverse()) {
      const at =
        finding.step_id !== null
          ? place('step', finding.step_id)
          : finding.transition_id !== null
            ? place('edge', finding.transition_id)
            : null;
      // Errors come first in the list, so, read backwards, they have the last word.
      if (at) found.set(at.key, finding.severity);
    }
    return found;
  }, [findings, place]);

  const add = useCallback(
    (type: Palette, at?: { x: number; y: number }) => {
      let key = '';
      change((each) => {
        const added = addStep(each, {
          type,
          name: t(`designer.newName.${type}`),
          after: at ? null : step?.key,
          at,
        });
        key = added.key;
        return added.draft;
      });
      setMade(key);
      onSelect({ kind: 'step', key });
    },
    [change, onSelect, step?.key, t],
  );
  const drop = useCallback(
    (target: NonNullable<Selection>) => {
      change((each) => remove(each, target));
      onSelect(null);
    },
    [change, onSelect],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.closest('[role="dialog"]'))
        return;
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && (key === 'z' || key === 'y')) {
        event.preventDefault();
        if (key === 'y' || event.shiftKey) control.redo();
        else control.undo();
      } else if (
        (event.key === 'Delete' || event.key === 'Backspace') &&
        target.closest('.react-flow') &&
        selection
      ) {
        event.preventDefault();
        drop(selection);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [control, drop, selection]);

  const isOpen = Boolean(step ?? edge);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        alignItems: 'start',
        gridTemplateColumns: {
          xs: 'minmax(0,1fr)',
          md: '240px minmax(0,1fr)',
          lg: isOpen ? '236px minmax(0,1fr) 320px' : '236px minmax(0,1fr)',
        },
      }}
    >
      <Panel flush title={t('designer.outline')}>
        <StepPalette onAdd={add} />
        <Box sx={{ borderTop: 1, borderColor: 'divider', maxHeight: { md: 480 }, overflowY: 'auto' }}>
          {draft.steps.length === 0 ? (
            <Box sx={{ p: 1.5, fontSize: '0.8125rem', color: 'text.secondary' }}>
              {t('designer.emptyOutline')}
            </Box>
          ) : (
            <Outline draft={draft} selection={selection} marks={marks} onSelect={onSelect} onDelete={drop} />
          )}
        </Box>
      </Panel>
      <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
        <Panel
          flush
          title={t('designer.canvas')}
          action={
            <Box sx={{ display: 'flex', gap: 0.25 }}>
              <Tool label={t('designer.undo')} disabled={!control.canUndo} onClick={control.undo}>
                <IconArrowBackUp size={17} />
              </Tool>
              <Tool label={t('designer.redo')} disabled={!control.canRedo} onClick={control.redo}>
                <IconArrowForwardUp size={17} />
              </Tool>
              <Tool
                label={t('designer.layout')}
                disabled={draft.steps.length === 0}
                onClick={() => change(layOut)}
              >
                <IconRoute size={17} />
              </Tool>
            </Box>
          }
        >
          <Box sx={{ height: { xs: 380, md: 520 } }}>
            <Suspense fallback={<LoadingRows rows={6} height={60} />}>
              <Canvas
                draft={draft}
                selection={selection}
                marks={marks}
                onSelect={onSelect}
                onChange={change}
                onAdd={add}
              />
            </Suspense>
          </Box>
        </Panel>
      </Box>
      {isOpen && (
        <Box sx={{ gridColumn: { md: '2', lg: '3' }, minWidth: 0 }}>
          <Panel
            title={step ? t('designer.step.title') : t('designer.transition.title')}
            action={
              <IconButton aria-label={t('action.close')} onClick={() => onSelect(null)}>
                <IconX size={16} />
              </IconButton>
            }
          >
            {step && (
              <StepPanel
                step={step}
                control={control}
                workflow={workflow}
                focusName={made === step.key}
                onSelect={onSelect}
                onDelete={() => drop({ kind: 'step', key: step.key })}
              />
            )}
            {edge && (
              <EdgePanel
                edge={edge}
                control={control}
                onSelect={onSelect}
                onDelete={() => drop({ kind: 'edge', key: edge.key })}
              />
            )}
          </Panel>
        </Box>
      )}
    </Box>
  );
}

function Tool(props: { label: string; disabled: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip title={props.label}>
      <span>
        <IconButton aria-label={props.label} disabled={props.disabled} onClick={props.onClick}>
          {props.children}
        </IconButton>
      </span>
    </Tooltip>
  );
}

/** Leaving stores what is not stored yet; only what cannot be stored is asked about. */
function LeaveGuard({ control }: { control: DraftControl }) {
  const { t } = useTranslation();
  const titleId = useId();
  const { isUnsaved, save } = control;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isUnsaved && currentLocation.pathname !== nextLocation.pathname,
  );
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (blocker.state !== 'blocked') {
      setAsking(false);
      return;
    }
    void save().then((isSaved) => {
      if (isSaved) blocker.proceed();
      else setAsking(true);
    });
  }, [blocker, save]);
  if (blocker.state !== 'blocked' || !isAsking) return null;
  return (
    <Dialog open onClose={() => blocker.reset()} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('designer.leave.title')}</DialogTitle>
      <DialogContent sx={{ fontSize: '0.875rem' }}>{t('designer.leave.text')}</DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={() => blocker.reset()}>
          {t('designer.leave.stay')}
        </Button>
        <Button variant="contained" color="error" onClick={() => blocker.proceed()}>
          {t('designer.leave.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
