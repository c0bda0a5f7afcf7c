import { useTranslation } from 'react-i18next';
import { exportWorkflow, type WorkflowDetail } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { showToast } from '@/components/ui/toast';
import { saveBlob } from '@/lib/saveBlob';

/** Gives the person the workflow as a file. */
export function useExport(workflow: WorkflowDetail): () => void {
  const { t } = useTranslation();
  return () =>
    void exportWorkflow(String(workflow.id)).then(
      (file) =>
        saveBlob(
          new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }),
          `${workflow.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`,
        ),
      (error) => showToast('error', toProblem(error).message || t('problem.server.hint')),
    );
}
