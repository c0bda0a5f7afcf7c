import { Box, Button, IconButton } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { WorkflowDetail } from '@/api/definitions';
import { Row, Stack, Text } from '@/components/ui/layout';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { IconPlus, IconTrash } from '@/lib/icons';

type TypeName = WorkflowDetail['field_types'][string];
const TYPES: TypeName[] = ['text', 'number', 'money', 'date', 'date_time', 'yes_no', 'choice'];

export interface FieldType {
  path: string;
  type: TypeName;
}

interface Props {
  fields: FieldType[];
  error?: string;
  onChange: (fields: FieldType[]) => void;
}

/** The workflow's own fields of a ticket, by their paths, and what their values are. */
export function FieldTypes({ fields, error, onChange }: Props) {
  const { t } = useTranslation();
  const change = (index: number, changes: Partial<FieldType>) =>
    onChange(fields.map((each, position) => (position === index ? { ...each, ...changes } : each)));
  return (
    <Stack gap={1}>
      <Text variant="hint">{t('designer.settings.fieldsHint')}</Text>
      {fields.map((field, index) => {
        const number = index + 1;
        return (
          <Box
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its position; its path is being typed
            key={index}
            sx={{ display: 'grid', gridTemplateColumns: '1fr 130px auto', gap: 1, alignItems: 'end' }}
          >
            <TextField
              label={t('designer.settings.fieldOf', { number })}
              value={field.path}
              monospace
              inputProps={{ placeholder: 'dynamic_data.cost_centre', spellCheck: false }}
              onChange={(path) => change(index, { path })}
            />
            <SelectField
              label={t('designer.settings.typeOf', { number })}
              value={field.type}
              onChange={(type) => change(index, { type: type as TypeName })}
              choices={TYPES.map((each) => ({ value: each, label: t(`designer.settings.type.${each}`) }))}
            />
            <IconButton
              aria-label={t('designer.settings.removeField', { number })}
              onClick={() => onChange(fields.filter((_each, position) => position !== index))}
            >
              <IconTrash size={15} />
            </IconButton>
          </Box>
        );
      })}
      {error && (
        <Text variant="hint" color="error.main" role="alert">
          {error}
        </Text>
      )}
      <Row>
        <Button
          variant="outlined"
          startIcon={<IconPlus size={15} />}
          onClick={() => onChange([...fields, { path: '', type: 'text' }])}
        >
          {t('designer.settings.addField')}
        </Button>
      </Row>
    </Stack>
  );
}
