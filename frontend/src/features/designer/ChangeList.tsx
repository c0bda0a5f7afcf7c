import { Alert, Box } from '@mui/material';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Change, Differences } from '@/api/definitions';
import { Text } from '@/components/ui/layout';
import { fieldName, valueText } from './changeWords';

/** What differs between two definitions, in words: policy, steps, transitions. */
export function ChangeList({ changes }: { changes: Differences }) {
  const { t } = useTranslation();
  // Nobody presses an automatic transition: that one is gone is noticed by the tickets that stay.
  const automatic = changes.transitions.removed.filter((part) => part.is_automatic === true);
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
      {automatic.length > 0 && (
        <Alert severity="warning">
          {t('designer.changes.automaticGone', { count: automatic.length })}
          <Box component="ul" sx={{ m: 0, paddingInlineStart: 2 }}>
            {automatic.map((part) => (
              <li key={String(part.key)}>{String(part.name)}</li>
            ))}
          </Box>
        </Alert>
      )}
      {shown.map(([title, lines]) => (
        <Box key={title}>
          <Box sx={{ fontWeight: 600, mb: 0.5 }}>{title}</Box>
          <Box
            component="ul"
            sx={{ m: 0, paddingInlineStart: 2.25, display: 'grid', gap: 0.5, overflowWrap: 'anywhere' }}
          >
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
        <Box component="ul" sx={{ m: 0, paddingInlineStart: 2.25 }}>
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
        field: fieldName(change.field, t),
        old: valueText(change.field, change.old, t),
        new: valueText(change.field, change.new, t),
      })}
    </li>
  );
}
