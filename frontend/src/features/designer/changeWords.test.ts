import '@/i18n';
import '@/i18n/designer';
import '@/i18n/ticket';
import { expect, test } from 'vitest';
import { i18next } from '@/i18n';
import { conditionText, fieldName, valueText } from './changeWords';

const t = i18next.t;

test('a condition is told as a sentence, nested ones in brackets', () => {
  expect(conditionText({ field: 'requested_budget', op: 'gte', value: 5000 }, t)).toBe(
    'requested_budget at least 5000',
  );
  expect(
    conditionText(
      {
        all: [
          { field: 'priority', op: 'in', value: ['high', 'urgent'] },
          {
            any: [
              { field: 'location', op: 'exists', value: true },
              { not: { field: 'a.b', op: 'eq', value: 1 } },
            ],
          },
        ],
      },
      t,
    ),
  ).toBe('priority is one of high, urgent and (location is set or not (a.b is 1))');
});

test.each([
  ['requires_comment', true, 'yes'],
  ['kind', 'approval', 'Approval'],
  ['assignment', 'claim', 'Manual claim'],
  ['outcome', 'return', 'Return'],
  ['end_logic', 'asset', 'Asset system'],
  ['high_sla', 28_800, '8h'],
  ['second_escalation_after', 3_600, '1h'],
  ['approval', { required: 2, mode: 'count' }, '2 approvals'],
  ['approval', { required: 60, mode: 'percent' }, '60 %'],
  ['decisive_fields', ['asset_name', 'requested_budget'], 'asset_name, requested_budget'],
  ['field_types', { 'dynamic_data.cost': 'money' }, 'dynamic_data.cost: money'],
  ['escalate_to', null, 'Role lead'],
  ['coordinator_role', null, '–'],
  ['calendar', null, '24/7'],
  [
    'calendar',
    { name: 'Office', time_zone: 'UTC', hours: { '0': [['08:00', '12:30']] }, holidays: ['2026-12-25'] },
    'Office (UTC, 4.5 h a week, 1 holiday)',
  ],
])('%s is shown in the words of its form', (field, value, expected) => {
  expect(valueText(field, value, t)).toBe(expected);
});

test('fields bear the names of their forms, unknown ones their own', () => {
  expect(fieldName('requires_comment', t)).toBe('Comment required');
  expect(fieldName('brand_new', t)).toBe('brand new');
});
