import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { exportWorkflow, importWorkflow, type WorkflowDetail } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { workflowKeys } from '@/api/workflows';
import { FormDialog } from '@/components/ui/FormDialog';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import type { DraftControl } from './useDraft';

interface Props {
  workflow: WorkflowDetail;
  control: DraftControl;
  onClose: () => void;
}

const FIELDS = ['name', 'category', 'sub_category', 'department'] as const;

/** A copy of the draft under another name, for other tickets. */
export function DuplicateDialog({ workflow, control, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [values, setValues] = useState({
    name: t('designer.duplicate.copyOf', { name: workflow.name }),
    category: workflow.category,
    sub_category: workflow.sub_category,
    department: workflow.department,
  });
  const duplicate = useMutation({
    mutationFn: async () => {
      if (!(await control.save())) throw control.problem ?? new Error(t('designer.save.failed'));
      const file = await exportWorkflow(String(workflow.id));
      // Only one workflow may be the default.
      return importWorkflow({ ...file, ...values, name: values.name.trim(), is_default: false });
    },
    onSuccess: (made) => {
      void queryClient.invalidateQueries({ queryKey: workflowKeys.all });
      showToast('success', t('designer.duplicate.done', { name: made.name }));
      onClose();
      navigate(`/admin/workflows/${made.id}`);
    },
  });
  const refused = duplicate.isError ? toProblem(duplicate.error) : null;
  return (
    <FormDialog
      title={t('designer.duplicate.title', { name: workflow.name })}
      hint={t('designer.duplicate.hint')}
      submit={t('designer.duplicate.submit')}
      busy={duplicate.isPending}
      disabled={values.name.trim() === ''}
      error={duplicate.error}
      shownFields={[...FIELDS]}
      onClose={onClose}
      onSubmit={() => duplicate.mutate()}
    >
      {FIELDS.map((field) => (
        <TextField
          key={field}
          label={t(`designer.settings.${field}`)}
          value={values[field]}
          error={refused?.about(field)}
          onChange={(value) => setValues((before) => ({ ...before, [field]: value }))}
        />
      ))}
    </FormDialog>
  );
}
