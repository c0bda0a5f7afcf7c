import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { definitionKeys, loadVersion, type WorkflowDetail } from '@/api/definitions';
import { workflowKeys } from '@/api/workflows';
import { FormDialog } from '@/components/ui/FormDialog';
import { showToast } from '@/components/ui/toast';
import type { DraftControl } from './useDraft';

interface Props {
  workflow: WorkflowDetail;
  number: number;
  control: DraftControl;
  onClose: () => void;
}

/** The draft becomes a version again: with the live one, what was not deployed is discarded. */
export function LoadDialog({ workflow, number, control, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const id = String(workflow.id);
  const isDiscard = number === workflow.current_version;
  const load = useMutation({
    mutationFn: async () => {
      // What is typed is stored first, so that the audit trail has what is discarded here.
      if (!(await control.save())) throw control.problem ?? new Error(t('designer.save.failed'));
      return loadVersion(id, number, control.latestVersion());
    },
    onSuccess: async (loaded) => {
      queryClient.setQueryData(definitionKeys.workflow(id), loaded);
      await control.takeTheirs();
      showToast(
        'success',
        t(isDiscard ? 'designer.load.discarded' : 'designer.load.done', { version: number }),
      );
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowKeys.all }),
  });
  return (
    <FormDialog
      title={t(isDiscard ? 'designer.load.discardTitle' : 'designer.load.title', { version: number })}
      hint={t('designer.load.hint', { version: number })}
      submit={t(isDiscard ? 'designer.load.discardSubmit' : 'designer.load.submit')}
      isDangerous
      busy={load.isPending}
      error={load.error}
      onClose={onClose}
      onSubmit={() => load.mutate()}
    />
  );
}
