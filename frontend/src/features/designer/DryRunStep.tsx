import { Box, Button } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DryRunCheck, DryRunCondition, DryRunNotification, DryRunVisit } from '@/api/dryRun';
import { Badge } from '@/components/ui/Badge';
import { Facts } from '@/components/ui/Facts';
import { Grow, List, Row, Stack, Text } from '@/components/ui/layout';
import { PersonLabel } from '@/components/ui/Person';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { IconArrowBackUp, IconArrowRight } from '@/lib/icons';
import { formatDateTime, formatDuration } from '@/lib/time';
import { OPERATORS, type Operator } from './conditions';

const MAX_NAMES = 3;

interface Props {
  visit: DryRunVisit;
  number: number;
  isLast: boolean;
  /** Absent where the walk is at this step already. */
  onBack?: () => void;
}

/** One step of the walk: who has it and why, until when, what its conditions say, who is notified. */
export function DryRunStep({ visit, number, isLast, onBack }: Props) {
  const { t } = useTranslation();
  const { step } = visit;
  const told = visit.notifications.filter((each) => each.channel !== 'ticket_event');
  const facts: [string, ReactNode][] = [];
  const isPassed = visit.visit !== null && visit.target_seconds === null;
  if (visit.visit !== null && !isPassed) {
    facts.push([t('dryRun.step.assignee'), <Assignee key="assignee" visit={visit} />]);
    facts.push([
      t('dryRun.step.due'),
      visit.due_at
        ? t('dryRun.step.dueIn', {
            time: formatDateTime(visit.due_at),
            duration: formatDuration(visit.target_seconds ?? 0),
          })
        : t('dryRun.step.noDue'),
    ]);
  }
  if (visit.conditions.length > 0)
    facts.push([
      t('dryRun.step.conditions'),
      <List key="conditions" gap={1}>
        {visit.conditions.map((condition) => (
          <Condition key={condition.transition.id} condition={condition} />
        ))}
      </List>,
    ]);
  if (visit.votes.length > 0)
    facts.push([
      t('dryRun.step.votes'),
      visit.votes
        .map((vote) => `${vote.person.full_name}: ${t(`designer.transition.outcomeName.${vote.outcome}`)}`)
        .join(', '),
    ]);
  if (told.length > 0)
    facts.push([
      t('dryRun.step.notifications'),
      <List key="notifications" gap={0.5}>
        {told.map((each) => (
          <Notified key={`${each.channel}-${each.type}-${each.subject}`} notification={each} />
        ))}
      </List>,
    ]);
  return (
    <Box
      component="li"
      aria-current={isLast ? 'step' : undefined}
      sx={{ px: 2, py: 1.5, borderBottom: 1, borderColor: 'divider', '&:last-of-type': { borderBottom: 0 } }}
    >
      <Row align="center" gap={1}>
        <Box
          component="span"
          aria-hidden
          sx={{
            width: 22,
            height: 22,
            borderRadius: '50%',
            display: 'grid',
            placeItems: 'center',
            fontSize: '0.75rem',
            fontWeight: 600,
            bgcolor: isLast ? 'primary.main' : 'surface.hover',
            color: isLast ? 'primary.contrastText' : 'text.secondary',
          }}
        >
          {number}
        </Box>
        <Box component="h3" sx={{ m: 0, fontSize: '0.875rem', fontWeight: 600 }}>
          {step.name}
        </Box>
        {step.role && <Text variant="hint">{step.role}</Text>}
        {visit.status && <StatusBadge status={visit.status} />}
        <Grow />
        {onBack && (
          <Button
            variant="text"
            color="inherit"
            startIcon={<IconArrowBackUp size={15} />}
            aria-label={t('dryRun.step.backTo', { number, name: step.name })}
            onClick={onBack}
          >
            {t('dryRun.step.back')}
          </Button>
        )}
      </Row>
      <Stack gap={1} mt={0.75}>
        {isPassed && <Text variant="muted">{t('dryRun.step.passed')}</Text>}
        {visit.status === 'handing_off' && <Text variant="muted">{t('dryRun.step.handingOff')}</Text>}
        {facts.length > 0 && <Facts facts={facts} />}
        {visit.left_by && (
          <Row align="center" gap={0.75}>
            <IconArrowRight size={15} aria-hidden />
            <Text component="span">
              {visit.left_by.by
                ? t('dryRun.step.leftBy', { name: visit.left_by.name, person: visit.left_by.by.full_name })
                : t('dryRun.step.leftAutomatically', { name: visit.left_by.name })}
            </Text>
          </Row>
        )}
      </Stack>
    </Box>
  );
}

function Assignee({ visit }: { visit: DryRunVisit }) {
  const { t } = useTranslation();
  const { unassigned } = visit;
  return (
    <Stack gap={0.5}>
      {visit.assignments.map((each) => (
        <div key={`${each.person.user_id}-${each.started_at}`}>
          <PersonLabel person={each.person} />
          <Text variant="hint">{each.explanation}</Text>
        </div>
      ))}
      {unassigned && (
        <div>
          {unassigned.is_by_claim
            ? t('dryRun.step.claim', { role: unassigned.role })
            : t(unassigned.members === 0 ? 'dryRun.step.noMembers' : 'dryRun.step.nobody', {
                role: unassigned.role,
              })}
          {unassigned.passed_over.length > 0 && (
            <Text variant="hint">
              {unassigned.passed_over
                .map((each) => t('dryRun.step.passedOver', { name: each.person.full_name, why: each.detail }))
                .join(' ')}
            </Text>
          )}
        </div>
      )}
    </Stack>
  );
}

const TONES = { true: 'green', false: 'grey', unknown: 'amber' } as const;

function answerOf(value: boolean | null): keyof typeof TONES {
  return value === null ? 'unknown' : value ? 'true' : 'false';
}

function Condition({ condition }: { condition: DryRunCondition }) {
  const { t } = useTranslation();
  const answer = answerOf(condition.value);
  return (
    <li>
      <Row align="center" gap={0.75}>
        <Badge tone={TONES[answer]}>{t(`dryRun.condition.${answer}`)}</Badge>
        <span>
          {t('dryRun.condition.leads', { name: condition.transition.name, step: condition.to_step.name })}
        </span>
        {condition.is_automatic && <Text variant="hint">{t('dryRun.condition.automatic')}</Text>}
      </Row>
      <Box component="ul" sx={{ m: 0, mt: 0.25, paddingInlineStart: 2.25, color: 'text.secondary' }}>
        {condition.checks.map((check) => (
          <Check key={`${check.field}-${check.op}-${String(check.expected)}`} check={check} />
        ))}
      </Box>
    </li>
  );
}

function Check({ check }: { check: DryRunCheck }) {
  const { t } = useTranslation();
  const op = OPERATORS.find((each): each is Operator => each === check.op);
  const asked =
    check.op === 'exists'
      ? t(check.expected === false ? 'dryRun.condition.notExists' : 'dryRun.condition.exists', {
          field: check.field,
        })
      : t('dryRun.condition.check', {
          field: check.field,
          op: op ? t(`designer.condition.op.${op}`) : check.op,
          expected: shown(check.expected),
        });
  const has =
    check.actual === null || check.actual === ''
      ? t('dryRun.condition.missing')
      : t('dryRun.condition.actual', { value: shown(check.actual) });
  return (
    <li>
      {asked}
      {' · '}
      {has}
      {' · '}
      {t(`dryRun.condition.${answerOf(check.value)}`)}
    </li>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function Notified({ notification }: { notification: DryRunNotification }) {
  const { t } = useTranslation();
  const { channel, type, subject, recipients } = notification;
  const names = recipients.slice(0, MAX_NAMES).map((each) => each.name);
  const more = recipients.length - names.length;
  return (
    <li>
      <Text component="span" variant="inherit" color="text.secondary">
        {t(`dryRun.channel.${channel}`, channel)}
        {': '}
      </Text>
      {more > 0 ? t('dryRun.recipients', { names: names.join(', '), count: more }) : names.join(', ')}
      {' · '}
      {t(`dryRun.type.${type}`, subject || type)}
    </li>
  );
}
