import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Overview } from '@/api/analytics';
import { page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

// The chart draws with sizes that jsdom has not; its numbers stand in a table, which is what is looked at here.
vi.mock('@/components/charts/LazyTrendChart', () => ({ LazyTrendChart: () => null }));

const overview: Overview = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-22T00:00:00Z',
  now: {
    open: 12,
    pending: 2,
    in_progress: 8,
    on_hold: 1,
    handing_off: 1,
    urgent: 3,
    high: 4,
    medium: 5,
    low: 0,
    unassigned: 2,
    breached: 1,
    at_risk: 3,
    unmatched_tickets: 4,
    failed_handoffs: 5,
  },
  period: {
    received: 40,
    completed: 25,
    rejected: 3,
    cancelled: 1,
    sla_compliance: 0.925,
    mean_resolution_seconds: 9_000,
    median_resolution_seconds: 7_200,
  },
  per_day: [{ date: '2026-11-21', received: 6, closed: 4, breached: 1 }],
  by_workflow: [{ workflow_id: 2, workflow: 'IT Support Request', open: 9, breached: 1 }],
  by_role: [{ role_id: 7, role: 'IT Support', open: 6, unassigned: 2, needs_lead: 1, waiting_since: null }],
  by_assignee: [{ user_id: 8, full_name: 'Peter Novak', open: 4, breached: 0 }],
};

let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/workflows/', () => page([{ id: 2, name: 'IT Support Request' }])),
    http.get('/api/workflow/analytics/overview/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json(overview);
    }),
  );
});

function target(name: RegExp): string | null {
  return screen.getByRole('link', { name }).getAttribute('href');
}

test('every number leads to the list it counts', async () => {
  renderRoute('/admin');
  await screen.findByRole('heading', { name: 'By assignee' });
  expect(target(/^Breached\s*1$/)).toBe('/admin/tasks?view=breached');
  expect(target(/^Unmatched\s*4$/)).toBe('/admin/intake?tab=unmatched');
  expect(target(/^Failed hand-offs\s*5$/)).toBe('/admin/handoffs?status=failed');
  expect(target(/^IT Support Request/)).toBe(
    '/admin/tasks?status=pending,in_progress,on_hold,handing_off&workflow=2',
  );
  expect(target(/^IT Support2 unassigned, 1 needs lead/)).toBe(
    '/admin/tasks?status=pending,in_progress,on_hold&role=7',
  );
  expect(target(/Peter Novak/)).toContain('assignee=8');
  expect(target(/^Closed\s*28$/)).toMatch(/status=completed,rejected&closed_after=.+&closed_before=/);
  expect(screen.getByText('92.5 %')).toBeTruthy();
  expect(screen.getByText('2h')).toBeTruthy();
});

test('the numbers of the chart can be read as a table', async () => {
  renderRoute('/admin');
  const table = await screen.findByRole('table', { hidden: true });
  const cells = within(table).getAllByRole('cell', { hidden: true });
  expect(cells.map((cell) => cell.textContent)).toEqual(['6', '4', '1']);
});

test('the address holds what is looked at', async () => {
  const { user, address } = renderRoute('/admin?workflow=2');
  await screen.findByRole('heading', { name: 'By assignee' });
  expect(asked[0]?.get('workflow')).toBe('2');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Period' }), 'Last 7 days');
  expect(address()).toBe('/admin?workflow=2&days=7');
  const { from, to } = Object.fromEntries(asked.at(-1) ?? []) as { from: string; to: string };
  expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(6);
});
