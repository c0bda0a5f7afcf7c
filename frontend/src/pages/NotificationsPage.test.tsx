import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { FakeSocket } from '@/test/FakeSocket';
import { page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const ROOT = '/api/notification/api/v2/notifications/inapp/';
const notification = (id: number, changes = {}) => ({
  id,
  notification_type: 'task_assignment',
  subject: `Notice ${id}`,
  message: 'It is yours.',
  link: 'http://localhost/tickets/TX1',
  is_read: false,
  created_at: '2026-11-22T08:00:00Z',
  ...changes,
});

let list: ReturnType<typeof notification>[];
let asked: URLSearchParams[];

beforeEach(() => {
  list = [notification(1), notification(2, { is_read: true })];
  asked = [];
  server.use(...quietServices());
  server.use(
    http.get(ROOT, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page(list);
    }),
    http.post(`${ROOT}1/read/`, () => {
      list = [notification(1, { is_read: true }), notification(2, { is_read: true })];
      return HttpResponse.json(list[0]);
    }),
    http.delete(`${ROOT}2/`, () => {
      list = list.filter((each) => each.id !== 2);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

test('notifications are read and cleared away one by one', async () => {
  const { user } = renderRoute('/notifications');
  await user.click(await screen.findByRole('button', { name: 'Mark “Notice 1” as read' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: /^Mark “/ })).toBeNull());
  await user.click(screen.getByRole('button', { name: 'Dismiss “Notice 2”' }));
  await waitFor(() => expect(screen.queryByText('Notice 2')).toBeNull());
  expect(screen.getByRole('link', { name: 'Notice 1' }).getAttribute('href')).toBe('/tickets/TX1');
});

test('only the unread ones are shown on request, and the address says so', async () => {
  const { user, address } = renderRoute('/notifications');
  await user.click(await screen.findByRole('combobox', { name: 'Show' }));
  await user.click(screen.getByRole('option', { name: 'Unread' }));
  await waitFor(() => expect(asked.at(-1)?.get('is_read')).toBe('false'));
  expect(address()).toBe('/notifications?state=unread');
});

test('a new one appears when the own socket tells of it', async () => {
  renderRoute('/notifications');
  await screen.findByText('Notice 1');
  list = [notification(3), ...list];
  FakeSocket.to('/ws/inbox/').greet();
  FakeSocket.to('/ws/inbox/').say({ type: 'inbox_update', event: 'created', unread_count: 2 });
  expect(await screen.findByText('Notice 3')).toBeTruthy();
});
