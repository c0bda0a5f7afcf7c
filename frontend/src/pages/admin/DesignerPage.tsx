import '@/i18n/ticket';
import { Page } from '@/components/ui/layout';
import '@/i18n/designer';
import { Alert, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router-dom';
import {
  type DraftGraphDocument,
  definitionQuery,
  draftGraphQuery,
  moveWorkflow,
  type WorkflowDetail,
} from '@/api/definitions';
import { workflowKeys } from '@/api/workflows';
import { LazyWorkflowGraph } from '@/components/graph/LazyWorkflowGraph';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { ErrorState, PageLoading } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { Designer } from '@/features/designer/Designer';
import { useExport } from '@/features/designer/useExport';
import { IconDownload } from '@/lib/icons';

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

function Archived({ workflow, graph }: { workflow: WorkflowDetail; graph: DraftGraphDocument }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const exportFile = useExport(workflow);
  const restore = useMutation({
    mutationFn: () => moveWorkflow(String(workflow.id), 'restore'),
    onSuccess: () => showToast('success', t('designer.moved.restore')),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowKeys.all }),
  });
  return (
    <Page width={1320}>
      <PageHeader
        title={workflow.name}
        breadcrumbs={[{ label: t('nav.workflows'), to: '/admin/workflows' }]}
        actions={
          <>
            <Button variant="outlined" startIcon={<IconDownload size={15} />} onClick={exportFile}>
              {t('designer.export')}
            </Button>
            <Button variant="contained" loading={restore.isPending} onClick={() => restore.mutate()}>
              {t('designer.move.restore')}
            </Button>
          </>
        }
      />
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
    </Page>
  );
}
