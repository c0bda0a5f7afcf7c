import { expect, test } from 'vitest';
import type { TimelineEvent } from '@/api/tasks';
import { i18next } from '@/i18n';
import { systemReasons } from '@/i18n/de';
import { agent, colleague } from '@/test/fixtures';
import { describeEvent } from './describeEvent';

function told(event: string, detail: Record<string, unknown>, actor: TimelineEvent['actor'] = agent) {
  return describeEvent(
    { seq: 1, event, actor, detail, reason_code: '', at: '2026-11-22T09:00:00Z' },
    i18next.t,
  );
}

test.each<[string, Record<string, unknown>, TimelineEvent['actor'], string]>([
  ['held', {}, agent, 'Ines Costa put it on hold'],
  ['held', { until_answer: true }, agent, 'Ines Costa put it on hold until the requester answers'],
  ['answered', {}, null, 'The requester answered'],
  [
    'task_created',
    { workflow: { id: 1, name: 'Access Request' }, assignee: colleague },
    null,
    'Received, started in Access Request and assigned to Peter Novak',
  ],
  [
    'transition',
    {
      transition: { id: 3, name: 'Approve' },
      from_step: { id: 1, name: 'Review' },
      to_step: { id: 2, name: 'Done' },
    },
    agent,
    'Ines Costa: Approve (Review → Done)',
  ],
  [
    'transition',
    {
      transition: { id: 3, name: 'Approve' },
      from_step: { id: 1, name: 'Review' },
      to_step: { id: 2, name: 'Done' },
      on_behalf_of: colleague,
    },
    agent,
    'Ines Costa for Peter Novak: Approve (Review → Done)',
  ],
  [
    'transferred',
    { from_person: agent, to_person: colleague },
    agent,
    'Ines Costa transferred it to Peter Novak',
  ],
  ['escalated', { to_person: null, role: 'IT Lead' }, null, 'System escalated it to IT Lead'],
  [
    'priority_changed',
    { old: 'low', new: 'urgent' },
    agent,
    'Ines Costa changed the priority from Low to Urgent',
  ],
  ['sla_breached', { clock: 'step' }, null, 'Step SLA breached'],
  ['deadline_moved', {}, agent, 'Ines Costa applied holidays; the deadline moved'],
  ['something_new', {}, agent, 'Ines Costa: something new'],
])('%s is told in plain words', (event, detail, actor, expected) => {
  expect(told(event, detail, actor).text).toBe(expected);
});

test('what a person gave as a reason stands below', () => {
  expect(told('held', { reason: 'Waiting for the part' }).note).toBe('Waiting for the part');
  expect(told('transition', { comment: 'Serial number is missing' }).note).toBe('Serial number is missing');
});

test('a reason of the system is in the language shown, that of a person as it was written', async () => {
  const resumed = (reason: string, reason_code: string) =>
    describeEvent(
      { seq: 1, event: 'resumed', actor: null, detail: { reason }, reason_code, at: '2026-11-22T09:00:00Z' },
      i18next.t,
    ).note;
  const sentence = 'The time of the hold is over.';
  expect(resumed(sentence, 'hold_time_over')).toBe(sentence);
  i18next.addResourceBundle('de', 'systemReasons', systemReasons);
  await i18next.changeLanguage('de');
  try {
    expect(resumed(sentence, 'hold_time_over')).toBe('Die Zeit der Zurückstellung ist abgelaufen.');
    expect(resumed('The part has come.', '')).toBe('The part has come.');
    expect(resumed('A later release says this.', 'of_a_later_release')).toBe('A later release says this.');
  } finally {
    await i18next.changeLanguage('en');
  }
});
