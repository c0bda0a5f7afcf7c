import { Box } from '@mui/material';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Change, Differences } from '@/api/definitions';
import { Text } from '@/components/ui/layout';
import { formatDuration } from '@/lib/time';

/** What differs between two definitions, in words: policy, steps, ways. */
export function ChangeList({ changes }: { changes: Differences }) {
  const { t } = useTranslation();
  const groups: [string, ReactNode[]][] = [
    [
      t('designer.changes.policy'),
      changes.policy.map((change) => <Line key={change.field} change={change} />),
    ],
    [t('workflows.steps'), partLines(changes.steps, t)],
    [t('designer.changes.transitions'), partLines(changes.transitions, t)],
  ];
  const shown = groups.filter(([, lines]) => lines.length > 0);
  if (shown.length === 0) return <Text variant="muted">{t('designer.changes.none')}</Text>;
  return (
    <Box sx={{ display: 'grid', gap: 1.5, fontSize: '0.8125rem' }}>
      {shown.map(([title, lines]) => (
        <Box key={title}>
          <Box sx={{ fontWeight: 600, mb: 0.5 }}>{title}</Box>
          <Box component="ul" sx={{ m: 0, pl: 2.25, display: 'grid', gap: 0.5, overflowWrap: 'anywhere' }}>
            {lines}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function partLines(parts: Differences['steps'], t: TFunction): ReactNode[] {
  return [
    ...parts.added.map((part) => (
      <Box component="li" key={`a${part.key}`} sx={{ color: 'tone.green.fg' }}>
        {t('designer.changes.added', { name: part.name })}
      </Box>
    )),
    ...parts.removed.map((part) => (
      <Box component="li" key={`r${part.key}`} sx={{ color: 'tone.red.fg' }}>
        {t('designer.changes.removed', { name: part.name })}
      </Box>
    )),
    ...parts.changed.map((part) => (
      <li key={`c${part.key}`}>
        {t('designer.changes.changed', { name: part.name })}
        <Box component="ul" sx={{ m: 0, pl: 2.25 }}>
          {part.changes.map((change) => (
            <Line key={change.field} change={change} />
          ))}
        </Box>
      </li>
    )),
  ];
}

function Line({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <li>
      {t('designer.changes.line', {
        field: change.field.replaceAll('_', ' '),
        old: shown(change.field, change.old),
        new: shown(change.field, change.new),
      })}
    </li>
  );
}

function shown(field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (field.endsWith('_sla') && typeof value === 'number') return formatDuration(value);
  if (field === 'share') return `${Math.round(Number(value) * 1000) / 10} %`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
