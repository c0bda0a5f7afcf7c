import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenQuery, roleNameChoices } from '@/api/choices';
import type { Assignment, WorkflowDetail } from '@/api/definitions';
import type { Priority } from '@/api/types';
import { Check } from '@/components/ui/Check';
import { Stack, Text } from '@/components/ui/layout';
import { PickField } from '@/components/ui/PickField';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { IconPlus, IconTrash } from '@/lib/icons';
import { formatDuration, formatNumber } from '@/lib/time';
import { addEdge, changeStep, type Draft, type DraftStep, type Kind, type Selection, shareOf } from './model';
import type { DraftControl } from './useDraft';

const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];
const SYSTEM_ROLES = new Set(['Admin', 'Agent', 'User']);

interface Props {
  step: DraftStep;
  control: DraftControl;
  workflow: WorkflowDetail;
  focusName: boolean;
  onSelect: (selection: Selection) => void;
  onDelete: () => void;
}

export function StepPanel({ step, control, workflow, focusName, onSelect, onDelete }: Props) {
  const { t } = useTranslation();
  const { draft, change } = control;
  const role = useQuery({
    ...chosenQuery(roleNameChoices, step.role ?? ''),
    enabled: step.role !== null,
  });
  const nameRef = useRef<HTMLInputElement>(null);
  const edit = (field: keyof DraftStep, value: DraftStep[keyof DraftStep]) =>
    change((each) => changeStep(each, step.key, { [field]: value }), `${step.key}.${field}`);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a step that was just made is named first
  useEffect(() => {
    if (focusName) {
      nameRef.current?.focus();
      nameRef.current?.select();
    }
  }, [step.key, focusName]);

  const members = step.role === null ? undefined : role.data?.members;
  const unknownRole = (name: string) => t('designer.step.roleUnknown', { name });

  return (
    <Stack gap={1.5}>
      <TextField
        label={t('designer.step.name')}
        value={step.name}
        inputRef={nameRef}
        required
        error={step.name.trim() === '' ? t('designer.step.nameNeeded') : undefined}
        inputProps={{ maxLength: 128 }}
        onChange={(value) => edit('name', value)}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1 }}>
        {!step.isEnd && (
          <Check
            label={t('designer.step.isStart')}
            checked={step.isStart}
            onChange={(value) => edit('isStart', value)}
          />
        )}
        <Check
          label={t('designer.step.isEnd')}
          checked={step.isEnd}
          onChange={(value) => edit('isEnd', value)}
        />
      </Box>
      {step.isEnd ? (
        <SelectField
          label={t('designer.step.endStatus')}
          value={step.endStatus || 'completed'}
          onChange={(value) => edit('endStatus', value as DraftStep['endStatus'])}
          choices={[
            { value: 'completed', label: t('status.completed') },
            { value: 'rejected', label: t('status.rejected') },
          ]}
        />
      ) : (
        <>
          <SelectField
            label={t('designer.step.kind')}
            value={step.kind}
            onChange={(value) => edit('kind', value as Kind)}
            hint={t(`designer.step.kindHint.${step.kind}`)}
            choices={(['action', 'review', 'approval'] as const).map((kind) => ({
              value: kind,
              label: t(`workflows.kind.${kind}`),
            }))}
          />
          {step.kind === 'approval' && <ApprovalFields step={step} edit={edit} />}
          <PickField
            label={t('field.role')}
            source={roleNameChoices}
            value={step.role ?? ''}
            empty={t('designer.step.noRole')}
            exclude={SYSTEM_ROLES}
            gone={unknownRole}
            onChange={(value) => edit('role', value || null)}
            hint={members === undefined ? undefined : t('designer.step.members', { count: members })}
          />
          <PickField
            label={t('designer.step.escalateTo')}
            source={roleNameChoices}
            value={step.escalateTo ?? ''}
            empty={t('designer.step.toLead')}
            exclude={SYSTEM_ROLES}
            gone={unknownRole}
            onChange={(value) => edit('escalateTo', value || null)}
          />
          <SelectField
            label={t('designer.step.assignment')}
            value={step.assignment}
            onChange={(value) => edit('assignment', value as Assignment)}
            hint={t(`designer.step.assignmentHint.${step.assignment}`)}
            choices={(['round_robin', 'least_loaded', 'claim'] as const).map((each) => ({
              value: each,
              label: t(`designer.step.assignmentName.${each}`),
            }))}
          />
          <TextField
            label={t('designer.step.weight')}
            type="number"
            value={step.weight}
            onChange={(value) => edit('weight', value)}
            error={Number(step.weight) > 0 ? undefined : t('designer.step.weightNeeded')}
            inputProps={{ min: 0.01, max: 9999, step: 0.25 }}
          />
          <Shares draft={draft} step={step} workflow={workflow} />
          <TextField
            label={t('designer.step.instruction')}
            value={step.instruction}
            rows={4}
            onChange={(value) => edit('instruction', value)}
            hint={t('designer.step.instructionHint')}
          />
          <TextField
            label={t('designer.step.returnCap')}
            type="number"
            value={String(step.returnCap)}
            onChange={(value) =>
              edit('returnCap', Math.max(1, Math.min(1000, Number.parseInt(value, 10) || 1)))
            }
            hint={t('designer.step.returnCapHint')}
            inputProps={{ min: 1, max: 1000 }}
          />
          <Ways step={step} control={control} onSelect={onSelect} />
        </>
      )}
      <Button
        variant="outlined"
        color="error"
        startIcon={<IconTrash size={15} />}
        onClick={onDelete}
        sx={{ justifySelf: 'start' }}
      >
        {t('designer.step.delete')}
      </Button>
    </Stack>
  );
}

function ApprovalFields({
  step,
  edit,
}: {
  step: DraftStep;
  edit: (field: keyof DraftStep, value: DraftStep['approval']) => void;
}) {
  const { t } = useTranslation();
  const { required = 1, mode = 'count' } = step.approval;
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: '88px minmax(0,1fr)', gap: 1 }}>
      <TextField
        label={t('designer.step.required')}
        type="number"
        value={String(required)}
        inputProps={{ min: 1, max: mode === 'percent' ? 100 : 1000 }}
        onChange={(value) =>
          edit('approval', {
            mode,
            required: Math.max(1, Math.min(mode === 'percent' ? 100 : 1000, Number.parseInt(value, 10) || 1)),
          })
        }
      />
      <SelectField
        label={t('designer.step.requiredOf')}
        value={mode}
        onChange={(value) =>
          edit('approval', { required: Math.min(required, 100), mode: value as 'count' | 'percent' })
        }
        choices={[
          { value: 'count', label: t('designer.step.count') },
          { value: 'percent', label: t('designer.step.percent') },
        ]}
      />
    </Box>
  );
}

/** What the weight means in hours, for each priority, while it is being typed. */
function Shares({ draft, step, workflow }: { draft: Draft; step: DraftStep; workflow: WorkflowDetail }) {
  const { t } = useTranslation();
  const share = shareOf(draft, step);
  return (
    <Box sx={{ bgcolor: 'surface.hover', borderRadius: 1.5, p: 1.25, fontSize: '0.8125rem' }}>
      <Box sx={{ fontWeight: 560, mb: 0.5 }} aria-live="polite">
        {t('workflows.share', { percent: formatNumber(share * 100) })}
      </Box>
      <Box
        component="dl"
        aria-label={t('designer.step.shares')}
        sx={{
          m: 0,
          display: 'grid',
          gridTemplateColumns: '1fr auto',
          rowGap: 0.375,
          '& dd': { m: 0, fontVariantNumeric: 'tabular-nums' },
        }}
      >
        {PRIORITIES.map((priority) => {
          const whole = workflow[`${priority}_sla`];
          return (
            <Box key={priority} sx={{ display: 'contents' }}>
              <dt>
                <PriorityMark priority={priority} withLabel />
              </dt>
              <dd>
                {whole === null
                  ? '–'
                  : t('designer.step.shareOf', {
                      part: formatDuration(whole * share),
                      whole: formatDuration(whole),
                    })}
              </dd>
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}

/** The ways out of this step, and a new one to any other: what drawing a line does with the mouse. */
function Ways({ step, control, onSelect }: Pick<Props, 'step' | 'control' | 'onSelect'>) {
  const { t } = useTranslation();
  const { draft, change } = control;
  const nameOf = (key: string) => draft.steps.find((each) => each.key === key)?.name ?? '';
  const targets = draft.steps.filter((each) => each.key !== step.key);
  return (
    <Stack role="group" aria-label={t('designer.step.transitions')} gap={0.75}>
      <Text variant="label">{t('designer.step.transitions')}</Text>
      {draft.edges
        .filter((edge) => edge.from === step.key)
        .map((edge) => (
          <Button
            key={edge.key}
            variant="outlined"
            sx={{ justifyContent: 'flex-start', overflow: 'hidden' }}
            onClick={() => onSelect({ kind: 'edge', key: edge.key })}
          >
            {t('workflows.edge', { name: edge.name, step: nameOf(edge.to) })}
          </Button>
        ))}
      {targets.length > 0 && (
        <SelectField
          label={t('designer.step.connect')}
          value=""
          onChange={(to) => {
            if (!to) return;
            let made: string | null = null;
            change((each) => {
              const added = addEdge(each, step.key, to);
              made = added.key;
              return added.draft;
            });
            if (made) onSelect({ kind: 'edge', key: made });
          }}
          choices={[
            { value: '', label: t('designer.step.connectTo') },
            ...targets.map((each) => ({ value: each.key, label: each.name })),
          ]}
        />
      )}
      {targets.length === 0 && (
        <Box sx={{ display: 'flex', gap: 0.5, fontSize: '0.75rem', color: 'text.secondary' }}>
          <IconPlus size={14} aria-hidden />
          {t('designer.step.noTargets')}
        </Box>
      )}
    </Stack>
  );
}
