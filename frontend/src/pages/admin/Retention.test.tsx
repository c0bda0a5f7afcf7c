import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const BODIES = '/api/workflow/retention/intake-bodies/';

const bodies = {
  kind: 'intake-bodies',
  days: null as number | null,
  version: 3,
  setting: '',
  kept: { rows: 1204, bytes: 3_100_000 },
  due: { rows: 0, bytes: 0 },
  last_run: null as object | null,
  next_run_at: null as string | null,
};
const run = {
  id: 1,
  days: 90,
  cutoff: '2026-08-01T00:00:00Z',
  started_at: new Date(Date.now() - 7_200_000).toISOString(),
  finished_at: new Date(Date.now() - 7_199_000).toISOString(),
  removed: 12,
  removed_bytes: 24_000,
  failed: 1,
  is_complete: true,
  asked_by_id: null,
  asked_by_name: '',
};
const mails = {
  ...bodies,
  kind: 'mails',
  days: 180,
  version: 0,
  setting: 'KEEP_MAILS_DAYS',
  kept: { rows: 1, bytes: 900 },
};

function serve(kind = bodies) {
  server.use(
    http.get('/api/workflow/retention/', () => HttpResponse.json([kind])),
    http.get('/api/messaging/retention/', () => HttpResponse.json([])),
    http.get('/api/ticket/retention/', () => problem(503, 'unavailable', 'Not now.')),
    http.get('/api/auth/api/v1/retention/', () => HttpResponse.json([])),
    http.get('/api/notification/api/v1/retention/', () => HttpResponse.json([mails])),
    http.get(BODIES, ({ request }) => {
      const days = Number(new URL(request.url).searchParams.get('days'));
      const due = days ? { rows: 2_000 - days, bytes: 5_000 } : { rows: 0, bytes: 0 };
      const change = {
        id: 1,
        old_days: 90,
        new_days: null,
        at: run.started_at,
        by_id: 1,
        by_name: 'Ada Admin',
      };
      return HttpResponse.json({ ...kind, due, runs: [], changes: [change] });
    }),
  );
}

const rowOf = async (name: string) => {
  const table = await screen.findByRole('table', { name: 'Retention' });
  const cell = await within(table).findByText(name);
  return within(cell.closest('tr') as HTMLElement);
};

beforeEach(() => {
  server.use(...quietServices(['Admin']));
});

describe('retention', () => {
  test('each kind says what is kept, for how long, and what the last run removed', async () => {
    serve({
      ...bodies,
      days: 90,
      due: { rows: 3, bytes: 6_000 },
      last_run: run,
      next_run_at: new Date(Date.now() - 1_000).toISOString(),
    });
    renderRoute('/admin/system?tab=retention');
    const row = await rowOf('Raw messages of the intake');
    expect(row.getByText('90 days')).toBeTruthy();
    expect(row.getByText('1,204 entries, 3.1 MB')).toBeTruthy();
    expect(row.getByText('3 entries, 6 kB')).toBeTruthy();
    expect(row.getByText(/12 entries, 24 kB removed, 1 failed$/)).toBeTruthy();
    expect(row.getByText('Within an hour')).toBeTruthy();
    const ours = await rowOf('Sent mails');
    expect(ours.getByText('Set by KEEP_MAILS_DAYS')).toBeTruthy();
    expect(ours.queryByRole('button')).toBeNull();
    expect((await screen.findByText(/^Help desk:/)).textContent).toContain('Not now.');
  });

  test('a rule is counted before it is saved, and saved with its version', async () => {
    serve();
    let sent: unknown;
    server.use(
      http.put(BODIES, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...bodies, days: 30, version: 4, runs: [], changes: [] });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=retention');
    const row = await rowOf('Raw messages of the intake');
    expect(row.getByText('No limit')).toBeTruthy();
    expect(row.getByRole('button', { name: /^Run now/ })).toHaveProperty('disabled', true);
    await user.click(row.getByRole('button', { name: /^Change/ }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Raw messages of the intake' }));
    expect(dialog.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
    expect(await dialog.findByText(/Ada Admin: 90 days → No limit$/)).toBeTruthy();
    await user.click(dialog.getByRole('switch', { name: 'Remove after a number of days' }));
    const field = dialog.getByLabelText('Days');
    await user.clear(field);
    await user.type(field, '0');
    expect(dialog.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.type(field, '30');
    await waitFor(() =>
      expect(dialog.getByRole('status').textContent).toBe(
        'A run with this rule would remove 1,970 entries, 5 kB today.',
      ),
    );
    expect(sent).toBeUndefined();
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The rule was saved.')).toBeTruthy();
    expect(sent).toEqual({ days: 30, version: 3 });
  });

  test('a rule that somebody changed meanwhile is not overwritten', async () => {
    serve({ ...bodies, days: 90 });
    server.use(
      http.put(BODIES, () => problem(409, 'stale_version', 'Somebody has changed this rule meanwhile.')),
    );
    const { user } = renderRoute('/admin/system?tab=retention');
    await user.click((await rowOf('Raw messages of the intake')).getByRole('button', { name: /^Change/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('switch', { name: 'Remove after a number of days' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect((await dialog.findByRole('alert')).textContent).toContain('Somebody has changed this rule');
  });

  test('a run is confirmed with what it removes', async () => {
    serve({ ...bodies, days: 90, due: { rows: 3, bytes: 6_000 } });
    let runs = 0;
    server.use(
      http.post(`${BODIES}run/`, () => {
        runs += 1;
        return HttpResponse.json({ ...run, removed: 3, removed_bytes: 6_000, failed: 0, is_complete: false });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=retention');
    await user.click((await rowOf('Raw messages of the intake')).getByRole('button', { name: /^Run now/ }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/^3 entries, 6 kB will be removed now/)).toBeTruthy();
    expect(runs).toBe(0);
    await user.click(dialog.getByRole('button', { name: 'Run now' }));
    expect(
      await screen.findByText('3 entries, 6 kB removed. The rest is removed by the next runs.'),
    ).toBeTruthy();
    expect(runs).toBe(1);
  });
});
