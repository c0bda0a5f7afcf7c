import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowDetail } from '@/api/definitions';
import { type DryRun, type DryRunChoice, type DryRunRequest, dryRun } from '@/api/dryRun';
import { fieldsOf, type Sample, ticketOf } from './sample';
import type { DraftControl } from './useDraft';

export interface DryRunForm {
  source: 'sample' | 'ticket';
  number: string;
  /** A version's number; empty is the draft. */
  version: string;
  sample: Sample;
}

/** A dry run of the workflow: what was typed, and the walk so far. It is kept while another tab is shown. */
export function useDryRun(workflow: WorkflowDetail, control: DraftControl) {
  const { t } = useTranslation();
  const [form, setForm] = useState<DryRunForm>(() => ({
    source: 'sample',
    number: '',
    version: '',
    sample: {
      subject: t('dryRun.sources.sample'),
      category: workflow.category,
      sub_category: workflow.sub_category,
      department: workflow.department,
      priority: 'medium',
      requester: '',
      email: '',
      fields: {},
    },
  }));
  const [walk, setWalk] = useState<{ request: DryRunRequest; answer: DryRun } | null>(null);
  const fields = fieldsOf(
    control.draft.edges.map((edge) => edge.condition),
    workflow.field_types,
  );

  const ask = useMutation({
    mutationFn: async (request: DryRunRequest) => {
      if (request.version === null && !(await control.save()))
        throw control.problem ?? new Error(t('designer.save.failed'));
      return dryRun(String(workflow.id), request);
    },
    onSuccess: (answer, request) => setWalk({ request: { ...request, at: answer.at }, answer }),
  });

  /** Walk on, or back, from the same moment with the same ticket. */
  const take = (choices: DryRunChoice[]) => {
    if (walk) ask.mutate({ ...walk.request, choices });
  };

  return {
    form,
    fields,
    walk,
    ask,
    set: (changes: Partial<DryRunForm>) => setForm((before) => ({ ...before, ...changes })),
    setSample: (changes: Partial<Sample>) =>
      setForm((before) => ({ ...before, sample: { ...before.sample, ...changes } })),
    start: () =>
      ask.mutate({
        version: form.version === '' ? null : Number(form.version),
        ...(form.source === 'sample'
          ? { ticket: ticketOf(form.sample, fields) }
          : { ticket_number: form.number.trim() }),
        choices: [],
      }),
    choose: (choice: DryRunChoice) => take([...(walk?.request.choices ?? []), choice]),
    backTo: (choices: number) => take(walk?.request.choices.slice(0, choices) ?? []),
    isStale:
      walk !== null &&
      walk.request.version === null &&
      (control.isUnsaved || walk.answer.edit_version !== control.editVersion),
  };
}

export type DryRunControl = ReturnType<typeof useDryRun>;
