import { useTranslation } from 'react-i18next';
import { roleChoices } from '@/api/choices';
import type { WorkflowDetail } from '@/api/definitions';
import { Stack } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PickField } from '@/components/ui/PickField';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { parseDuration, writeDuration } from '@/lib/duration';

/** Durations as people write them ("4h"); empty where the workflow does without. */
export interface Escalation {
  trigger: WorkflowDetail['escalation_trigger'];
  secondRole: string;
  secondAfter: string;
  handOverAfter: string;
}

export function escalationOf(workflow: WorkflowDetail): Escalation {
  const written = (seconds: number | null) => (seconds === null ? '' : writeDuration(seconds));
  return {
    trigger: workflow.escalation_trigger,
    secondRole: String(workflow.second_escalation_role?.id ?? ''),
    secondAfter: written(workflow.second_escalation_after),
    handOverAfter: written(workflow.hand_over_after),
  };
}

/** What is sent of them. A role that is not known here by its id stays as it is. */
export function escalationChanges(escalation: Escalation, workflow: WorkflowDetail) {
  const seconds = (text: string) => (text.trim() === '' ? null : parseDuration(text));
  const isUntouched = escalation.secondRole === String(workflow.second_escalation_role?.id ?? '');
  return {
    escalation_trigger: escalation.trigger,
    ...(!isUntouched && {
      second_escalation_role_id: escalation.secondRole ? Number(escalation.secondRole) : null,
    }),
    second_escalation_after: seconds(escalation.secondAfter),
    hand_over_after: seconds(escalation.handOverAfter),
  };
}

export function hasWrongDuration({ secondAfter, handOverAfter }: Escalation): boolean {
  return [secondAfter, handOverAfter].some(isWrong);
}

function isWrong(text: string): boolean {
  return text.trim() !== '' && parseDuration(text) === null;
}

interface Props {
  value: Escalation;
  /** The second role as it is stored. */
  storedRole: WorkflowDetail['second_escalation_role'];
  errorOf: (field: string) => string | undefined;
  onChange: (changes: Partial<Escalation>) => void;
}

export function EscalationFields({ value, storedRole, errorOf, onChange }: Props) {
  const { t } = useTranslation();
  // Findings lead to the field that they are about.
  const place = (field: string) => ({ 'data-field': field });
  const durationError = (text: string, field: string) =>
    isWrong(text) ? t('designer.settings.slaWrong') : errorOf(field);
  return (
    <Panel title={t('designer.settings.escalation')}>
      <Stack gap={1.5}>
        <SelectField
          label={t('designer.settings.escalationTrigger')}
          value={value.trigger}
          error={errorOf('escalation_trigger')}
          onChange={(trigger) => onChange({ trigger: trigger as Escalation['trigger'] })}
          choices={(['at_risk', 'breached'] as const).map((each) => ({
            value: each,
            label: t(`designer.settings.trigger.${each}`),
          }))}
        />
        <PickField
          label={t('designer.settings.secondRole')}
          source={roleChoices}
          value={value.secondRole}
          // A role that is only named so far has no id that could be asked for.
          empty={storedRole?.id === null ? storedRole.name : t('designer.settings.noSecond')}
          error={errorOf('second_escalation_role_id')}
          onChange={(secondRole) => onChange({ secondRole })}
        />
        <TextField
          label={t('designer.settings.secondAfter')}
          value={value.secondAfter}
          hint={t('designer.settings.secondHint')}
          error={durationError(value.secondAfter, 'second_escalation_after')}
          inputProps={{ placeholder: '4h', ...place('second_escalation_after') }}
          onChange={(secondAfter) => onChange({ secondAfter })}
        />
        <TextField
          label={t('designer.settings.handOverAfter')}
          value={value.handOverAfter}
          hint={t('designer.settings.handOverHint')}
          error={durationError(value.handOverAfter, 'hand_over_after')}
          inputProps={{ placeholder: '8h', ...place('hand_over_after') }}
          onChange={(handOverAfter) => onChange({ handOverAfter })}
        />
      </Stack>
    </Panel>
  );
}
