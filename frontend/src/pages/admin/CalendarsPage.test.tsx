import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { Calendar } from '@/api/calendars';
import { page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

let calendar: Calendar;
let applied: unknown[];

const move = {
  task_id: 1,
  ticket_number: 'TX20261122000001',
  step: null,
  due_at_before: '2026-12-24T16:00:00Z',
  due_at: '2026-12-27T16:00:00Z',
  is_kept: false,
};

beforeEach(() => {
  applied = [];
  calendar = {
    id: 4,
    name: 'Office hours',
    time_zone: 'Asia/Manila',
    hours: { '0': [['08:00', '17:00']] },
    holidays: ['2026-12-25'],
  };
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/calendars/', () => page([calendar])),
    http.patch('/api/workflow/calendars/4/', async ({ request }) => {
      const { holidays } = (await request.json()) as { holidays: string[] };
      calendar = { ...calendar, holidays };
      return HttpResponse.json(calendar);
    }),
    http.post('/api/workflow/calendars/4/apply-holidays/', async ({ request }) => {
      const body = (await request.json()) as { dry_run: boolean };
      applied.push(body);
      const moves = [move, { ...move, task_id: 2, ticket_number: 'TX20261122000002', is_kept: true }];
      return HttpResponse.json({ dry_run: body.dry_run, moves });
    }),
  );
});

test('a holiday declared late is added, and applied to running SLAs after a look at what moves', async () => {
  const { user } = renderRoute('/admin/calendars');
  const panel = await screen.findByRole('region', { name: 'Office hours' });
  expect(within(panel).getByText('08:00 – 17:00')).toBeTruthy();
  const field = within(panel).getByLabelText('Add a holiday');
  await user.type(field, '2026-12-24');
  await user.click(within(panel).getByRole('button', { name: 'Add' }));
  expect(await within(panel).findByText(/24 December 2026|December 24, 2026/)).toBeTruthy();
  expect(calendar.holidays).toEqual(['2026-12-24', '2026-12-25']);

  await user.click(within(panel).getByRole('button', { name: 'Apply to running SLAs…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Apply holidays to running SLAs' });
  const submit = within(dialog).getByRole('button', { name: 'Apply' });
  expect(submit).toHaveProperty('disabled', true);
  await user.click(within(dialog).getByRole('checkbox', { name: /24/ }));
  expect(await within(dialog).findByText('1 due time moves')).toBeTruthy();
  expect(within(dialog).getByText(/^1 SLA stays as it is/)).toBeTruthy();
  const kept = within(dialog).getByRole('row', { name: /TX20261122000002/ });
  expect(within(kept).getByText('unchanged')).toBeTruthy();
  expect(applied).toEqual([{ days: ['2026-12-24'], reason: '', dry_run: true }]);
  await user.type(within(dialog).getByRole('textbox', { name: 'Reason' }), 'Proclamation 90');
  await user.click(submit);
  expect(await screen.findByText('1 due time was moved.')).toBeTruthy();
  expect(applied.at(-1)).toEqual({ days: ['2026-12-24'], reason: 'Proclamation 90', dry_run: false });
});

test('a refused day is said beside the field, and nothing is lost', async () => {
  server.use(
    http.patch('/api/workflow/calendars/4/', () => problem(400, 'invalid', 'holidays: no such day.')),
  );
  const { user } = renderRoute('/admin/calendars');
  await user.type(await screen.findByLabelText('Add a holiday'), '2026-12-31');
  await user.click(screen.getByRole('button', { name: 'Add' }));
  expect(await screen.findByText('holidays: no such day.')).toBeTruthy();
  await waitFor(() => expect(screen.getByLabelText('Add a holiday')).toHaveProperty('value', '2026-12-31'));
});
