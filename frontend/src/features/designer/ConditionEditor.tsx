import { Box, Button, IconButton } from '@mui/material';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '@/api/definitions';
import { Stack, Text } from '@/components/ui/layout';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { IconPlus, IconTrash } from '@/lib/icons';
import {
  asSimple,
  FIELDS,
  fromSimple,
  type Operator,
  operatorsOf,
  problemOf,
  type SimpleCondition,
} from './conditions';

interface Props {
  condition: Condition | null;
  onChange: (condition: Condition | null) => void;
}

/** When a transition may be performed: comparisons on the ticket's fields, or the data itself where it is nested. */
export function ConditionEditor({ condition, onChange }: Props) {
  const { t } = useTranslation();
  const headingId = useId();
  // What is being typed is kept as typed: `high,` is on the way to a second value, and the data can't say so.
  const [typed, setTyped] = useState<SimpleCondition | null>(null);
  const isCurrent = typed !== null && JSON.stringify(fromSimple(typed)) === JSON.stringify(condition);
  const simple = isCurrent ? typed : asSimple(condition);
  return (
    <Stack role="group" aria-labelledby={headingId} gap={1}>
      <Text id={headingId} variant="label">
        {t('designer.condition.title')}
      </Text>
      {simple ? (
        <Rows
          simple={simple}
          onChange={(next) => {
            setTyped(next);
            onChange(fromSimple(next));
          }}
        />
      ) : (
        <Raw condition={condition} onChange={onChange} />
      )}
    </Stack>
  );
}

function Rows({ simple, onChange }: { simple: SimpleCondition; onChange: (next: SimpleCondition) => void }) {
  const { t } = useTranslation();
  const listId = useId();
  const { join, rows } = simple;
  const wrong = (row: SimpleCondition['rows'][number]) => {
    const problem = problemOf(row);
    return problem === null ? undefined : t(`designer.condition.wrong.${problem}`);
  };
  const change = (index: number, changes: Partial<SimpleCondition['rows'][number]>) =>
    onChange({ join, rows: rows.map((row, at) => (at === index ? { ...row, ...changes } : row)) });
  return (
    <>
      {rows.length === 0 && <Text variant="muted">{t('designer.condition.none')}</Text>}
      {rows.length > 1 && (
        <SelectField
          label={t('designer.condition.join')}
          value={join}
          onChange={(value) => onChange({ join: value as 'all' | 'any', rows })}
          choices={[
            { value: 'all', label: t('designer.condition.all') },
            { value: 'any', label: t('designer.condition.any') },
          ]}
        />
      )}
      <datalist id={listId}>
        {FIELDS.map((field) => (
          <option key={field} value={field} />
        ))}
      </datalist>
      {rows.map((row, index) => (
        <Box
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          key={index}
          sx={{ display: 'grid', gap: 0.75, p: 1, border: 1, borderColor: 'divider', borderRadius: 1.5 }}
        >
          <Box
            sx={{ display: 'grid', gridTemplateColumns: 'minmax(0,1fr) auto', gap: 0.5, alignItems: 'end' }}
          >
            <TextField
              label={t('designer.condition.field')}
              value={row.field}
              onChange={(field) =>
                change(index, { field, op: operatorsOf(field).includes(row.op) ? row.op : 'eq' })
              }
              inputProps={{ list: listId }}
            />
            <IconButton
              aria-label={t('designer.condition.remove', { number: index + 1 })}
              onClick={() => onChange({ join, rows: rows.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} />
            </IconButton>
          </Box>
          <SelectField
            label={t('designer.condition.operator')}
            value={row.op}
            onChange={(op) =>
              change(index, { op: op as Operator, value: op === 'exists' ? 'yes' : row.value })
            }
            choices={operatorsOf(row.field).map((op) => ({
              value: op,
              label: t(`designer.condition.op.${op}`),
            }))}
          />
          {row.op === 'exists' ? (
            <SelectField
              label={t('designer.condition.value')}
              value={row.value}
              onChange={(value) => change(index, { value })}
              choices={[
                { value: 'yes', label: t('designer.condition.yes') },
                { value: 'no', label: t('designer.condition.no') },
              ]}
            />
          ) : (
            <TextField
              label={t('designer.condition.value')}
              value={row.value}
              onChange={(value) => change(index, { value })}
              error={wrong(row)}
              hint={row.op === 'in' || row.op === 'not_in' ? t('designer.condition.listHint') : undefined}
            />
          )}
        </Box>
      ))}
      <Button
        variant="outlined"
        startIcon={<IconPlus size={15} />}
        sx={{ justifySelf: 'start' }}
        onClick={() => onChange({ join, rows: [...rows, { field: 'priority', op: 'eq', value: 'urgent' }] })}
      >
        {t('designer.condition.add')}
      </Button>
    </>
  );
}

function Raw({ condition, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(condition, null, 2));
  const [isWrong, setWrong] = useState(false);
  return (
    <TextField
      label={t('designer.condition.raw')}
      value={text}
      rows={6}
      monospace
      hint={t('designer.condition.rawHint')}
      error={isWrong ? t('designer.condition.rawWrong') : undefined}
      onChange={(next) => {
        setText(next);
        try {
          const parsed: unknown = next.trim() === '' ? null : JSON.parse(next);
          if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new SyntaxError('no object');
          setWrong(false);
          onChange(parsed as Condition | null);
        } catch {
          setWrong(true);
        }
      }}
    />
  );
}
