import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const FEEDS = '/api/workflow/calendar-feeds/';
const LINK = `https://tickets.example.com/calendar/${'4a'.repeat(24)}.ics`;
const TAKEN = 'You have a calendar feed of this name already.';
const phone = {
  id: 3,
  name: 'Phone',
  time_zone: 'Europe/Lisbon',
  alarm_minutes: 60,
  created_at: '2026-03-01T09:00:00Z',
  last_used_at: null as string | null,
};

beforeEach(() => server.use(...quietServices()));

test('a link is created with a name and an alarm, shown once, and offered to the calendar', async () => {
  const sent: unknown[] = [];
  const kept: (typeof phone)[] = [];
  server.use(
    http.get(FEEDS, () => page(kept)),
    http.post(FEEDS, async ({ request }) => {
      sent.push(await request.json());
      kept.push(phone);
      return HttpResponse.json({ ...phone, url: LINK }, { status: 201 });
    }),
  );
  const { user } = renderRoute('/profile?tab=calendar');
  expect(await screen.findByText('No calendar links yet')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'New link' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'New link' }));
  const create = dialog.getByRole('button', { name: 'Create link' }) as HTMLButtonElement;
  expect(create.disabled).toBe(true);
  await user.type(dialog.getByLabelText('Name'), ' Phone ');
  await user.selectOptions(dialog.getByLabelText('Alarm'), '1 hour before the deadline');
  await user.click(create);

  const shown = within(await screen.findByRole('dialog', { name: 'Your calendar link' }));
  expect(sent).toEqual([{ name: 'Phone', alarm_minutes: 60 }]);
  expect(shown.getByText(LINK)).toBeTruthy();
  expect(shown.getByText('Copy it now. It is not shown again.')).toBeTruthy();
  const open = shown.getByRole('link', { name: 'Open in calendar application' });
  expect(open.getAttribute('href')).toBe(LINK.replace('https:', 'webcal:'));
  await user.click(shown.getByRole('button', { name: 'Copy' }));
  expect(await navigator.clipboard.readText()).toBe(LINK);
  await user.click(shown.getByRole('button', { name: 'Close' }));

  const row = within(await screen.findByRole('list', { name: 'Calendar links' })).getByRole('listitem');
  expect(row.textContent).toContain('Never used');
  expect(row.textContent).toContain('Alarm: 1 hour before the deadline');
  expect(screen.queryByText(LINK)).toBeNull();
}, 30_000);

test('without an alarm none is sent, and a name that is taken is said at its field', async () => {
  const sent: unknown[] = [];
  server.use(
    http.get(FEEDS, () => page([phone])),
    http.post(FEEDS, async ({ request }) => {
      sent.push(await request.json());
      const errors = [{ code: 'feed_name_taken', detail: TAKEN, attr: 'name' }];
      return HttpResponse.json({ type: 'validation_error', errors }, { status: 409 });
    }),
  );
  const { user } = renderRoute('/profile?tab=calendar');
  await user.click(await screen.findByRole('button', { name: 'New link' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'New link' }));
  await user.type(dialog.getByLabelText('Name'), 'Phone{Enter}');
  expect(await dialog.findByText(TAKEN)).toBeTruthy();
  expect(sent).toEqual([{ name: 'Phone', alarm_minutes: null }]);
  expect(dialog.queryByRole('alert')).toBeNull();
}, 30_000);

test('a link is revoked after a confirmation', async () => {
  const revoked: string[] = [];
  let kept = [{ ...phone, last_used_at: new Date(Date.now() - 3 * 3_600_000).toISOString() }];
  server.use(
    http.get(FEEDS, () => page(kept)),
    http.delete(`${FEEDS}:id/`, ({ params }) => {
      revoked.push(String(params.id));
      kept = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderRoute('/profile?tab=calendar');
  expect(await screen.findByText(/^Last used 3\W?h/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Revoke “Phone”' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Revoke “Phone”' }));
  expect(revoked).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Revoke' }));
  expect(await screen.findByText('The link “Phone” was revoked.')).toBeTruthy();
  expect(revoked).toEqual(['3']);
  expect(await screen.findByText('No calendar links yet')).toBeTruthy();
}, 30_000);

test('who does not work on tickets has no calendar tab', async () => {
  server.use(...quietServices(['User']));
  renderRoute('/profile');
  expect(await screen.findByRole('tab', { name: 'Appearance' })).toBeTruthy();
  expect(screen.queryByRole('tab', { name: 'Calendar' })).toBeNull();
});
