import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { definitionKeys, updateWorkflow, type WorkflowDetail } from '@/api/definitions';
import { workflowKeys } from '@/api/workflows';
import { showToast } from '@/components/ui/toast';
import { useUnsaved } from '@/lib/unsaved';
import { type SettingsValues, settingsInput, settingsOf } from './settingsValues';
import type { DraftControl } from './useDraft';

/** What was typed into the settings; it is kept while another tab of the designer is shown, until it is stored. */
export function useSettings(workflow: WorkflowDetail, control: DraftControl) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const id = String(workflow.id);
  const stored = useMemo(() => settingsOf(workflow), [workflow]);
  const [edited, setEdited] = useState<Partial<SettingsValues>>({});
  const values: SettingsValues = { ...stored, ...edited };
  const isDirty = Object.keys(edited).length > 0;
  useUnsaved(isDirty, { survivesTabs: true });

  const save = useMutation({
    mutationFn: async () => {
      // The drawing first: both count one edit version.
      if (!(await control.save())) throw control.problem ?? new Error(t('designer.save.failed'));
      return updateWorkflow(id, {
        edit_version: control.latestVersion(),
        ...settingsInput(values, workflow),
      });
    },
    onSuccess: (saved) => {
      control.acceptVersion(saved.edit_version);
      queryClient.setQueryData(definitionKeys.workflow(id), saved);
      void queryClient.invalidateQueries({ queryKey: workflowKeys.lists });
      setEdited({});
      showToast('success', t('designer.settings.saved'));
    },
  });

  return {
    values,
    isDirty,
    save,
    set: (changes: Partial<SettingsValues>) => setEdited((before) => ({ ...before, ...changes })),
    reset: () => {
      setEdited({});
      save.reset();
    },
  };
}

export type SettingsControl = ReturnType<typeof useSettings>;
