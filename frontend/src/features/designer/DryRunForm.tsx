import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { versionListQuery } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import type { Priority } from '@/api/types';
import { Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { IconPlayerPlay } from '@/lib/icons';
import type { Sample, SampleField } from './sample';
import { PRIORITIES } from './settingsValues';
import type { DryRunControl } from './useDryRun';

const NEEDED = ['subject', 'category', 'department'] as const;

/** The ticket that walks: a sample with the fields that conditions read, or a copy of an existing one. */
export function DryRunForm({ id, run }: { id: string; run: DryRunControl }) {
  const { t } = useTranslation();
  const { form, set, setSample, fields, ask, walk } = run;
  const { sample } = form;
  const versions = useQuery(versionListQuery(id));
  const [isAsked, setAsked] = useState(false);
  const refused = ask.isError ? toProblem(ask.error) : null;
  const missing = (value: string) => (isAsked && value.trim() === '' ? t('dryRun.needed') : undefined);
  const errorOf = (path: string) => refused?.about(`ticket.${path}`);
  const isComplete =
    form.source === 'ticket' ? form.number.trim() !== '' : NEEDED.every((name) => sample[name].trim() !== '');
  const text = (name: Exclude<keyof Sample, 'fields' | 'priority'>, label: string, hint?: string) => (
    <TextField
      label={label}
      value={sample[name]}
      hint={hint}
      error={
        (NEEDED as readonly string[]).includes(name) ? (missing(sample[name]) ?? errorOf(name)) : undefined
      }
      onChange={(value) => setSample({ [name]: value })}
    />
  );
  return (
    <Panel title={t('dryRun.ticket')}>
      <Box
        component="form"
        noValidate
        aria-label={t('dryRun.ticket')}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          setAsked(true);
          if (isComplete) run.start();
        }}
        sx={{ display: 'grid', gap: 1.5 }}
      >
        <SelectField
          label={t('dryRun.version')}
          value={form.version}
          onChange={(version) => set({ version })}
          choices={[
            { value: '', label: t('dryRun.draft') },
            ...(versions.data ?? []).map((each) => ({
              value: String(each.number),
              label: t('ticket.version', { version: each.number }),
            })),
          ]}
        />
        <SelectField
          label={t('dryRun.source')}
          value={form.source}
          onChange={(source) => set({ source: source as 'sample' | 'ticket' })}
          choices={(['sample', 'ticket'] as const).map((value) => ({
            value,
            label: t(`dryRun.sources.${value}`),
          }))}
        />
        {form.source === 'ticket' ? (
          <TextField
            label={t('dryRun.number')}
            value={form.number}
            hint={t('dryRun.numberHint')}
            error={missing(form.number) ?? refused?.about('ticket_number')}
            onChange={(number) => set({ number })}
          />
        ) : (
          <>
            {text('subject', t('field.subject'))}
            {text('category', t('field.category'))}
            {text('sub_category', t('designer.settings.sub_category'))}
            {text('department', t('field.department'))}
            <SelectField
              label={t('field.priority')}
              value={sample.priority}
              onChange={(priority) => setSample({ priority: priority as Priority })}
              choices={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
            />
            {text('requester', t('dryRun.requester'))}
            {text('email', t('dryRun.email'), t('dryRun.emailHint'))}
            <Stack component="fieldset" gap={1.5} style={{ border: 0, margin: 0, padding: 0 }}>
              <Text component="legend" variant="label" mb={0.5} style={{ padding: 0 }}>
                {t('dryRun.fields')}
              </Text>
              <Text variant="hint">{t(fields.length > 0 ? 'dryRun.fieldsHint' : 'dryRun.noFields')}</Text>
              {fields.map((field) => (
                <FieldInput
                  key={field.path}
                  field={field}
                  value={sample.fields[field.path] ?? ''}
                  error={errorOf(field.path)}
                  onChange={(value) => setSample({ fields: { ...sample.fields, [field.path]: value } })}
                />
              ))}
            </Stack>
          </>
        )}
        <Button
          type="submit"
          variant="contained"
          startIcon={<IconPlayerPlay size={15} />}
          loading={ask.isPending}
        >
          {t(walk ? 'dryRun.restart' : 'dryRun.start')}
        </Button>
        <Text variant="hint">{t('dryRun.safe')}</Text>
      </Box>
    </Panel>
  );
}

interface FieldInputProps {
  field: SampleField;
  value: string;
  error?: string;
  onChange: (value: string) => void;
}

function FieldInput({ field, value, error, onChange }: FieldInputProps) {
  const { t } = useTranslation();
  const listId = useId();
  if (field.kind === 'yes_no')
    return (
      <SelectField
        label={field.path}
        value={value}
        error={error}
        onChange={onChange}
        choices={[
          { value: '', label: t('dryRun.notGiven') },
          { value: 'yes', label: t('dryRun.yes') },
          { value: 'no', label: t('dryRun.no') },
        ]}
      />
    );
  const examples = field.examples.join(', ');
  const hasList = field.kind === 'text' && examples !== '';
  return (
    <>
      <TextField
        label={field.path}
        value={value}
        type={field.kind === 'date' ? 'date' : 'text'}
        error={error}
        hint={examples ? t('dryRun.examples', { values: examples }) : undefined}
        onChange={onChange}
        inputProps={
          field.kind === 'number' ? { inputMode: 'decimal' } : hasList ? { list: listId } : undefined
        }
      />
      {hasList && (
        <datalist id={listId}>
          {field.examples.map((example) => (
            <option key={example} value={example} />
          ))}
        </datalist>
      )}
    </>
  );
}
