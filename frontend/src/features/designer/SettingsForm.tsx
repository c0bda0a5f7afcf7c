import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { calendarListQuery } from '@/api/calendars';
import { definitionKeys, updateWorkflow, type WorkflowDetail } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { roleListQuery } from '@/api/roles';
import type { Priority } from '@/api/types';
import { workflowKeys, workflowListQuery } from '@/api/workflows';
import { Check } from '@/components/ui/Check';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { parseDuration, writeDuration } from '@/lib/duration';
import {
  type Escalation,
  EscalationFields,
  escalationChanges,
  escalationOf,
  hasWrongDuration,
} from './EscalationFields';
import { type FieldType, FieldTypes } from './FieldTypes';
import type { DraftControl } from './useDraft';

const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];
const TEXTS = ['name', 'description', 'category', 'sub_category', 'department'] as const;

type Values = Record<(typeof TEXTS)[number], string> & {
  is_default: boolean;
  end_logic: WorkflowDetail['end_logic'];
  at_risk_percent: string;
  calendar: string;
  coordinator: string;
  sla: Record<Priority, string>;
  fields: FieldType[];
  decisive: string;
  reopen_days: string;
  escalation: Escalation;
};

function valuesOf(workflow: WorkflowDetail): Values {
  return {
    name: workflow.name,
    description: workflow.description,
    category: workflow.category,
    sub_category: workflow.sub_category,
    department: workflow.department,
    is_default: workflow.is_default,
    end_logic: workflow.end_logic,
    at_risk_percent: String(workflow.at_risk_percent),
    fields: Object.entries(workflow.field_types).map(([path, type]) => ({ path, type })),
    decisive: workflow.decisive_fields.join(', '),
    reopen_days: String(workflow.reopen_days),
    escalation: escalationOf(workflow),
    calendar: String(workflow.calendar?.id ?? ''),
    coordinator: String(workflow.coordinator_role?.id ?? ''),
    sla: Object.fromEntries(
      PRIORITIES.map((priority) => {
        const seconds = workflow[`${priority}_sla`];
        return [priority, seconds === null ? '' : writeDuration(seconds)];
      }),
    ) as Record<Priority, string>,
  };
}

interface Props {
  workflow: WorkflowDetail;
  control: DraftControl;
  /** The field a finding is about. */
  focus: string | null;
}

/** What the workflow is called, serves, promises, and does at its end. Stored when asked, unlike the drawing. */
export function SettingsForm({ workflow, control, focus }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const id = String(workflow.id);
  const stored = useMemo(() => valuesOf(workflow), [workflow]);
  const [edited, setEdited] = useState<Partial<Values>>({});
  const values: Values = { ...stored, ...edited };
  const roles = useQuery(roleListQuery());
  const calendars = useQuery(calendarListQuery());
  const workflows = useQuery(workflowListQuery());
  const listId = useId();
  const set = (changes: Partial<Values>) => setEdited((before) => ({ ...before, ...changes }));

  const save = useMutation({
    mutationFn: async () => {
      // The drawing first: both count one edit version.
      if (!(await control.save())) throw control.problem ?? new Error(t('designer.save.failed'));
      const sla = Object.fromEntries(
        PRIORITIES.map((priority) => [
          `${priority}_sla`,
          values.sla[priority].trim() === '' ? null : parseDuration(values.sla[priority]),
        ]),
      );
      return updateWorkflow(id, {
        edit_version: control.latestVersion(),
        ...Object.fromEntries(TEXTS.map((name) => [name, values[name]])),
        ...sla,
        is_default: values.is_default,
        end_logic: values.end_logic,
        at_risk_percent: Number(values.at_risk_percent),
        field_types: Object.fromEntries(
          values.fields.filter(({ path }) => path.trim()).map(({ path, type }) => [path.trim(), type]),
        ),
        decisive_fields: [...new Set(values.decisive.split(/[,\s]+/).filter(Boolean))],
        reopen_days: Number(values.reopen_days),
        ...escalationChanges(values.escalation, workflow),
        calendar_id: values.calendar ? Number(values.calendar) : null,
        ...(values.coordinator && { coordinator_role_id: Number(values.coordinator) }),
      });
    },
    onSuccess: (saved) => {
      control.acceptVersion(saved.edit_version);
      queryClient.setQueryData(definitionKeys.workflow(id), saved);
      void queryClient.invalidateQueries({ queryKey: [...workflowKeys.all, 'list'] });
      setEdited({});
      showToast('success', t('designer.settings.saved'));
    },
  });

  const refused = save.isError ? toProblem(save.error) : null;
  const wrongSla = PRIORITIES.filter(
    (priority) => values.sla[priority].trim() !== '' && parseDuration(values.sla[priority]) === null,
  );
  const isDirty = Object.keys(edited).length > 0;
  const known = (field: 'category' | 'sub_category' | 'department') => [
    ...new Set((workflows.data?.results ?? []).map((each) => each[field]).filter(Boolean)),
  ];
  const errorOf = (field: string) => refused?.about(field);
  /** Of a list, the server names the entry at fault: `field_types.cost`. */
  const errorStarting = (field: string) =>
    refused?.errors.find((entry) => entry.attr?.split(/[.[]/)[0] === field)?.detail;
  const focusProps = (field: string) => ({ 'data-field': field });
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
        if (wrongSla.length === 0 && !hasWrongDuration(values.escalation)) save.mutate();
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
            inputProps={{ maxLength: 128, ...focusProps('name') }}
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
            onChange={(value) => set({ end_logic: value as Values['end_logic'] })}
            choices={(['notification', 'asset', 'budget'] as const).map((each) => ({
              value: each,
              label: t(`workflows.end.${each}`),
            }))}
          />
          <SelectField
            label={t('designer.settings.coordinator')}
            value={values.coordinator}
            hint={t('designer.settings.coordinatorHint')}
            error={errorOf('coordinator_role_id')}
            onChange={(coordinator) => set({ coordinator })}
            choices={[
              ...(values.coordinator ? [] : [{ value: '', label: workflow.coordinator_role?.name ?? '–' }]),
              ...(roles.data ?? []).map((role) => ({ value: String(role.id), label: role.name })),
            ]}
          />
        </Stack>
      </Panel>
      <Panel title={t('designer.settings.serves')}>
        <Stack gap={1.5}>
          {(['department', 'category', 'sub_category'] as const).map((field) => (
            <Box key={field}>
              <TextField
                label={t(`designer.settings.${field}`)}
                value={values[field]}
                error={errorOf(field)}
                inputProps={{ list: `${listId}-${field}`, maxLength: 128, ...focusProps(field) }}
                onChange={(value) => set({ [field]: value })}
              />
              <datalist id={`${listId}-${field}`}>
                {known(field).map((each) => (
                  <option key={each} value={each} />
                ))}
              </datalist>
            </Box>
          ))}
          <Check
            label={t('designer.settings.isDefault')}
            checked={values.is_default}
            onChange={(is_default) => set({ is_default })}
          />
          <Text variant="hint">{t('designer.settings.servesHint')}</Text>
        </Stack>
      </Panel>
      <Panel title={t('workflows.sla')}>
        <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(2,minmax(0,1fr))' }}>
          {PRIORITIES.map((priority) => (
            <TextField
              key={priority}
              label={t(`priority.${priority}`)}
              value={values.sla[priority]}
              error={
                wrongSla.includes(priority) ? t('designer.settings.slaWrong') : errorOf(`${priority}_sla`)
              }
              inputProps={{ placeholder: '2d 4h', ...focusProps(`${priority}_sla`) }}
              onChange={(text) => set({ sla: { ...values.sla, [priority]: text } })}
            />
          ))}
        </Box>
        <Text variant="hint" mt={1}>
          {t('designer.settings.slaHint')}
        </Text>
      </Panel>
      <Panel title={t('designer.settings.clock')}>
        <Stack gap={1.5}>
          <SelectField
            label={t('designer.settings.calendar')}
            value={values.calendar}
            error={errorOf('calendar_id')}
            onChange={(calendar) => set({ calendar })}
            choices={[
              { value: '', label: t('designer.settings.always') },
              ...(calendars.data ?? []).map((each) => ({
                value: String(each.id),
                label: `${each.name} (${each.time_zone})`,
              })),
            ]}
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
            inputProps={{ min: 0, ...focusProps('reopen_days') }}
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
            inputProps={{ spellCheck: false, ...focusProps('decisive_fields') }}
            onChange={(decisive) => set({ decisive })}
          />
        </Stack>
      </Panel>
      <EscalationFields
        value={values.escalation}
        roles={roles.data ?? []}
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
            <Button variant="text" color="inherit" onClick={() => setEdited({})}>
              {t('designer.settings.reset')}
            </Button>
          )}
        </Row>
      </Box>
    </Box>
  );
}
