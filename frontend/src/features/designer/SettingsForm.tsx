import { Alert, Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { calendarChoices, roleChoices } from '@/api/choices';
import type { WorkflowDetail } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { servedQuery } from '@/api/workflows';
import { Check } from '@/components/ui/Check';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { PickField } from '@/components/ui/PickField';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { useSettled } from '@/lib/useSettled';
import { EscalationFields, hasWrongDuration } from './EscalationFields';
import { FieldTypes } from './FieldTypes';
import { SlaFields } from './SlaFields';
import { isWrongDuration, PRIORITIES, place, type SettingsValues } from './settingsValues';
import type { SettingsControl } from './useSettings';

interface Props {
  workflow: WorkflowDetail;
  settings: SettingsControl;
  /** The field a finding is about. */
  focus: string | null;
}

/** What the workflow is called, serves, promises, and does at its end. Stored when asked, unlike the drawing. */
export function SettingsForm({ workflow, settings, focus }: Props) {
  const { t } = useTranslation();
  const { values, set, save, isDirty, reset } = settings;
  const refused = save.isError ? toProblem(save.error) : null;
  const hasWrongSla = PRIORITIES.some((priority) => isWrongDuration(values.sla[priority]));
  const errorOf = (field: string) => refused?.about(field);
  /** Of a list, the server names the entry at fault: `field_types.cost`. */
  const errorStarting = (field: string) =>
    refused?.errors.find((entry) => entry.attr?.split(/[.[]/)[0] === field)?.detail;
  const formRef = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (focus) formRef.current?.querySelector<HTMLElement>(`[data-field="${focus}"]`)?.focus();
  }, [focus]);

  return (
    <Box
      component="form"
      ref={formRef}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!hasWrongSla && !hasWrongDuration(values.escalation)) save.mutate();
      }}
      sx={{
        display: 'grid',
        gap: 2,
        maxWidth: 980,
        gridTemplateColumns: { xs: 'minmax(0,1fr)', md: 'repeat(2,minmax(0,1fr))' },
        alignItems: 'start',
      }}
    >
      <Panel title={t('designer.settings.what')}>
        <Stack gap={1.5}>
          <TextField
            label={t('designer.settings.name')}
            value={values.name}
            required
            error={errorOf('name')}
            inputProps={{ maxLength: 128, ...place('name') }}
            onChange={(name) => set({ name })}
          />
          <TextField
            label={t('designer.settings.description')}
            value={values.description}
            rows={2}
            error={errorOf('description')}
            onChange={(description) => set({ description })}
          />
          <SelectField
            label={t('workflows.endLogic')}
            value={values.end_logic}
            hint={t(`designer.settings.endHint.${values.end_logic}`)}
            onChange={(value) => set({ end_logic: value as SettingsValues['end_logic'] })}
            choices={(['notification', 'asset', 'budget'] as const).map((each) => ({
              value: each,
              label: t(`workflows.end.${each}`),
            }))}
          />
          <PickField
            label={t('designer.settings.coordinator')}
            source={roleChoices}
            value={values.coordinator}
            chosenName={
              values.coordinator === String(workflow.coordinator_role?.id)
                ? workflow.coordinator_role?.name
                : undefined
            }
            // A role that is only named so far has no id that could be asked for.
            empty={values.coordinator ? undefined : (workflow.coordinator_role?.name ?? '–')}
            hint={t('designer.settings.coordinatorHint')}
            error={errorOf('coordinator_role_id')}
            onChange={(coordinator) => set({ coordinator })}
          />
        </Stack>
      </Panel>
      <Panel title={t('designer.settings.serves')}>
        <Stack gap={1.5}>
          {(['department', 'category', 'sub_category'] as const).map((field) => (
            <ServedField
              key={field}
              field={field}
              value={values[field]}
              error={errorOf(field)}
              onChange={(value) => set({ [field]: value })}
            />
          ))}
          <Check
            label={t('designer.settings.isDefault')}
            checked={values.is_default}
            onChange={(is_default) => set({ is_default })}
          />
          <Text variant="hint">{t('designer.settings.servesHint')}</Text>
        </Stack>
      </Panel>
      <SlaFields values={values} errorOf={errorOf} onChange={(sla) => set({ sla })} />
      <Panel title={t('designer.settings.clock')}>
        <Stack gap={1.5}>
          <PickField
            label={t('designer.settings.calendar')}
            source={calendarChoices}
            value={values.calendar}
            empty={t('designer.settings.always')}
            error={errorOf('calendar_id')}
            onChange={(calendar) => set({ calendar })}
          />
          <TextField
            label={t('designer.settings.atRisk')}
            type="number"
            value={values.at_risk_percent}
            error={errorOf('at_risk_percent')}
            inputProps={{ min: 1, max: 99 }}
            onChange={(at_risk_percent) => set({ at_risk_percent })}
          />
          <TextField
            label={t('designer.settings.reopenDays')}
            type="number"
            value={values.reopen_days}
            hint={t('designer.settings.reopenHint')}
            error={errorOf('reopen_days')}
            inputProps={{ min: 0, ...place('reopen_days') }}
            onChange={(reopen_days) => set({ reopen_days })}
          />
        </Stack>
      </Panel>
      <Panel title={t('designer.settings.fields')}>
        <Stack gap={1.5}>
          <FieldTypes
            fields={values.fields}
            error={errorStarting('field_types')}
            onChange={(fields) => set({ fields })}
          />
          <TextField
            label={t('designer.settings.decisive')}
            value={values.decisive}
            hint={t('designer.settings.decisiveHint')}
            error={errorStarting('decisive_fields')}
            inputProps={{ spellCheck: false, ...place('decisive_fields') }}
            onChange={(decisive) => set({ decisive })}
          />
        </Stack>
      </Panel>
      <EscalationFields
        value={values.escalation}
        storedRole={workflow.second_escalation_role}
        errorOf={errorOf}
        onChange={(changes) => set({ escalation: { ...values.escalation, ...changes } })}
      />
      <Box sx={{ gridColumn: '1 / -1', display: 'grid', gap: 1.5 }}>
        {refused && (
          <Alert severity={refused.isConflict ? 'warning' : 'error'}>
            {refused.message || t('problem.other.hint')}
          </Alert>
        )}
        <Row gap={1} align="center" nowrap>
          <Button type="submit" variant="contained" loading={save.isPending} disabled={!isDirty}>
            {t('action.save')}
          </Button>
          {isDirty && (
            <Button variant="text" color="inherit" onClick={reset}>
              {t('designer.settings.reset')}
            </Button>
          )}
        </Row>
      </Box>
    </Box>
  );
}

interface ServedProps {
  field: 'department' | 'category' | 'sub_category';
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** Which tickets it serves, with what other workflows say there as suggestions. */
function ServedField({ field, value, error, onChange }: ServedProps) {
  const { t } = useTranslation();
  const listId = useId();
  const served = useQuery(servedQuery(field, useSettled(value.trim())));
  return (
    <Box>
      <TextField
        label={t(`designer.settings.${field}`)}
        value={value}
        error={error}
        inputProps={{ list: listId, maxLength: 128, ...place(field) }}
        onChange={onChange}
      />
      <datalist id={listId}>
        {served.data?.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </Box>
  );
}
