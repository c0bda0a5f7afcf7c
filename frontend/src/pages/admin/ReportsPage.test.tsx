import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { asTaskFilter, lastDays, percent } from '@/features/reports/period';
import { saveBlob } from '@/lib/saveBlob';
import { quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

vi.mock('@/lib/saveBlob', async (original) => ({ ...(await original<object>()), saveBlob: vi.fn() }));

/** What the server takes the days for. */
const SPAN = { from: '2026-11-01T00:00:00+08:00', to: '2026-11-11T00:00:00+08:00' };

let asked: URL[];

beforeEach(() => {
  asked = [];
  const answer =
    (results: object[]) =>
    ({ request }: { request: Request }) => {
      const url = new URL(request.url);
      asked.push(url);
      return url.searchParams.get('format') === 'csv'
        ? new HttpResponse('workflow,closed\r\n', { headers: { 'Content-Type': 'text/csv' } })
        : HttpResponse.json({ ...SPAN, results });
    };
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get(
      '/api/workflow/analytics/sla/',
      answer([
        {
          workflow_id: 2,
          workflow: 'IT Support Request',
          priority: 'high',
          closed: 8,
          met: 6,
          breached: 2,
          compliance: 0.75,
          mean_seconds: 7_000,
          median_seconds: 7_200,
          p90_seconds: 10_800,
          target_seconds: 28_800,
        },
      ]),
    ),
    http.get('/api/workflow/analytics/agents/', answer([])),
  );
});

test('deadlines of the period, each count leading to its tickets', async () => {
  renderRoute('/admin/reports?from=2026-11-01&to=2026-11-10');
  const table = await screen.findByRole('table', { name: 'SLA' });
  expect(within(table).getByText('75 %')).toBeTruthy();
  expect(within(table).getByText('2h')).toBeTruthy();
  const link = within(table).getByRole('link', { name: /^8:/ });
  expect(link.getAttribute('href')).toBe(
    `/admin/tasks?status=completed,rejected&workflow=2&priority=high&${asTaskFilter('closed', SPAN)}`,
  );
  expect(asked[0]?.searchParams.get('from')).toBe('2026-11-01');
});

test('another report keeps the period; none is said to be none', async () => {
  const { user, address } = renderRoute('/admin/reports?from=2026-11-01&to=2026-11-10');
  await screen.findByRole('table');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Report' }), 'Agents');
  expect(await screen.findByText('No data for this period')).toBeTruthy();
  expect(address()).toBe('/admin/reports?from=2026-11-01&to=2026-11-10&tab=agents');
});

test('the same as a file', async () => {
  const { user } = renderRoute('/admin/reports?from=2026-11-01&to=2026-11-10');
  await user.click(await screen.findByRole('button', { name: 'CSV' }));
  await waitFor(() =>
    expect(saveBlob).toHaveBeenCalledWith(expect.anything(), 'sla-2026-11-01-2026-11-10.csv'),
  );
  expect(asked.at(-1)?.searchParams.get('format')).toBe('csv');
});

test('days are those of the zone that times are shown in, and a list has the bounds of its figure', async () => {
  localStorage.setItem('tts.timeZone', 'Asia/Manila');
  expect(lastDays(7, '3', new Date('2026-11-22T17:00:00Z'))).toEqual({
    from: '2026-11-17',
    to: '2026-11-23',
    workflow: '3',
  });
  renderRoute('/admin/reports?from=2026-11-01&to=2026-11-10');
  await screen.findByRole('table');
  expect(asked[0]?.searchParams.get('tz')).toBe('Asia/Manila');
  const filter = new URLSearchParams(asTaskFilter('closed', SPAN, '3'));
  expect([...filter.values()]).toEqual([SPAN.from, SPAN.to, '3']);
});

test('nothing of nothing is no share', () => {
  expect(percent(null)).toBe('–');
  expect(percent(0.3333)).toBe('33.3 %');
});
