import { Box, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Outcome } from '@/api/types';
import { Check } from '@/components/ui/Check';
import { Stack, Text } from '@/components/ui/layout';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { IconTrash } from '@/lib/icons';
import { ConditionEditor } from './ConditionEditor';
import { changeEdge, type DraftEdge, needsComment, type Selection } from './model';
import type { DraftControl } from './useDraft';

interface Props {
  edge: DraftEdge;
  control: DraftControl;
  onSelect: (selection: Selection) => void;
  onDelete: () => void;
}

export function EdgePanel({ edge, control, onSelect, onDelete }: Props) {
  const { t } = useTranslation();
  const { draft, change } = control;
  const from = draft.steps.find((step) => step.key === edge.from);
  const edit = (field: keyof DraftEdge, value: DraftEdge[keyof DraftEdge]) =>
    change((each) => changeEdge(each, edge.key, { [field]: value }), `${edge.key}.${field}`);
  return (
    <Stack gap={1.5}>
      <TextField
        label={t('designer.transition.name')}
        value={edge.name}
        required
        hint={t('designer.transition.nameHint')}
        error={edge.name.trim() === '' ? t('designer.transition.nameNeeded') : undefined}
        inputProps={{ maxLength: 128 }}
        onChange={(value) => edit('name', value)}
      />
      <SelectField
        label={t('designer.transition.outcome')}
        value={edge.outcome}
        onChange={(value) => edit('outcome', value as Outcome)}
        hint={t(`designer.transition.outcomeHint.${edge.outcome}`)}
        choices={(['forward', 'approve', 'reject', 'return'] as const).map((outcome) => ({
          value: outcome,
          label: t(`designer.transition.outcomeName.${outcome}`),
        }))}
      />
      <Text>
        <Text variant="label" mb={0.5}>
          {t('designer.transition.from')}
        </Text>
        <Button variant="outlined" onClick={() => onSelect({ kind: 'step', key: edge.from })}>
          {from?.name}
        </Button>
      </Text>
      <SelectField
        label={t('designer.transition.to')}
        value={edge.to}
        onChange={(value) => edit('to', value)}
        choices={draft.steps
          .filter((step) => step.key !== edge.from)
          .map((step) => ({ value: step.key, label: step.name }))}
      />
      <Box>
        <Check
          label={t('designer.transition.requiresComment')}
          checked={needsComment(edge) || edge.requiresComment}
          disabled={needsComment(edge)}
          onChange={(value) => edit('requiresComment', value)}
        />
        <Check
          label={t('designer.transition.isAutomatic')}
          checked={edge.isAutomatic}
          onChange={(value) => edit('isAutomatic', value)}
        />
      </Box>
      <ConditionEditor
        key={edge.key}
        condition={edge.condition}
        onChange={(condition) => edit('condition', condition)}
      />
      <Button
        variant="outlined"
        color="error"
        startIcon={<IconTrash size={15} />}
        onClick={onDelete}
        sx={{ justifySelf: 'start' }}
      >
        {t('designer.transition.delete')}
      </Button>
    </Stack>
  );
}
