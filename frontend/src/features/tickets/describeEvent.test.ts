import { expect, test } from 'vitest';
import type { TimelineEvent } from '@/api/tasks';
import { i18next } from '@/i18n';
import { agent, colleague } from '@/test/fixtures';
import { describeEvent } from './describeEvent';

function told(event: string, detail: Record<string, unknown>, actor: TimelineEvent['actor'] = agent) {
  return describeEvent({ seq: 1, event, actor, detail, at: '2026-11-22T09:00:00Z' }, i18next.t);
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
