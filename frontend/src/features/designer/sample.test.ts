import { expect, test } from 'vitest';
import { fieldsOf, type Sample, ticketOf } from './sample';

const sample: Sample = {
  subject: 'Two screens',
  category: 'Hardware',
  sub_category: '',
  department: 'IT',
  priority: 'high',
  requester: '',
  email: '',
  fields: {},
};

test('the fields that conditions read are offered once, each as what it holds', () => {
  const fields = fieldsOf(
    [
      null,
      { field: 'priority', op: 'eq', value: 'high' },
      {
        all: [
          { field: 'requested_budget', op: 'gte', value: 500 },
          { not: { field: 'dynamic_data.remote', op: 'eq', value: true } },
        ],
      },
      { any: [{ field: 'requested_budget', op: 'lt', value: 5000 }] },
      { field: 'dynamic_data.site', op: 'in', value: ['Kyoto', 'Lima'] },
      { field: 'dynamic_data.share', op: 'exists' },
      { field: 'expected_return_date', op: 'gt', value: '2027-01-01' },
    ],
    { 'dynamic_data.share': 'money' },
  );
  expect(fields).toEqual([
    { path: 'dynamic_data.remote', kind: 'yes_no', examples: ['true'] },
    { path: 'dynamic_data.share', kind: 'number', examples: [] },
    { path: 'dynamic_data.site', kind: 'text', examples: ['Kyoto', 'Lima'] },
    { path: 'expected_return_date', kind: 'date', examples: ['2027-01-01'] },
    { path: 'requested_budget', kind: 'number', examples: ['500', '5000'] },
  ]);
});

test('the ticket has what was typed, of its type and at its place, and nothing that is empty', () => {
  const paths = [
    { path: 'requested_budget', kind: 'number' },
    { path: 'dynamic_data.remote', kind: 'yes_no' },
    { path: 'dynamic_data.site', kind: 'text' },
    { path: 'cost_items.amount', kind: 'number' },
    { path: 'employee.department', kind: 'text' },
    { path: 'location', kind: 'text' },
  ] as const;
  const ticket = ticketOf(
    {
      ...sample,
      requester: 'Rita Marsh',
      fields: {
        requested_budget: '1250.50',
        'dynamic_data.remote': 'no',
        'dynamic_data.site': 'Lima',
        'cost_items.amount': '12',
        'employee.department': 'Works',
        location: ' ',
        gone: 'not a field any more',
      },
    },
    paths.map((each) => ({ ...each, examples: [] })),
  );
  expect(ticket).toEqual({
    subject: 'Two screens',
    category: 'Hardware',
    department: 'IT',
    priority: 'high',
    requested_budget: 1250.5,
    dynamic_data: { remote: false, site: 'Lima' },
    cost_items: [{ amount: 12 }],
    employee: { name: 'Rita Marsh', department: 'Works' },
  });
});

test('what is no number is sent as it is typed, so that the server says what is wrong', () => {
  const ticket = ticketOf({ ...sample, fields: { requested_budget: '12k' } }, [
    { path: 'requested_budget', kind: 'number', examples: [] },
  ]);
  expect(ticket.requested_budget).toBe('12k');
});
