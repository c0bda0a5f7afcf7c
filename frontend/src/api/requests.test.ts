import { MutationObserver, onlineManager } from '@tanstack/react-query';
import { HttpResponse, http } from 'msw';
import { afterEach, expect, test } from 'vitest';
import { page } from '@/test/fixtures';
import { server } from '@/test/server';
import { markAllRead } from './notifications';
import { makeQueryClient } from './queryClient';
import { toQuery } from './tasks';
import { savedViewsQuery } from './views';

afterEach(() => onlineManager.setOnline(true));

test('saved views are asked for by the page that they are for', async () => {
  let asked = new URLSearchParams();
  server.use(
    http.get('/api/workflow/views/', ({ request }) => {
      asked = new URL(request.url).searchParams;
      return page([{ id: 1, name: 'Urgent', page: 'inbox', query: {}, columns: [] }]);
    }),
  );
  const views = await makeQueryClient().fetchQuery(savedViewsQuery('inbox'));
  expect(asked.get('for_page')).toBe('inbox');
  expect(views).toHaveLength(1);
});

test('an act without a network runs at once, so that its refusal is seen, and never later', async () => {
  onlineManager.setOnline(false);
  let runs = 0;
  const act = new MutationObserver(makeQueryClient(), {
    mutationFn: async () => {
      runs += 1;
      throw new Error('no network');
    },
  });
  await expect(act.mutate()).rejects.toThrow('no network');
  onlineManager.setOnline(true);
  expect(runs).toBe(1);
});

test.each([
  ['#TX20261122000001', 'TX20261122000001'],
  ['[TX20261122000001]', 'TX20261122000001'],
  ['laptop [broken]', 'laptop [broken]'],
])('a search for %s asks for %s', (typed, asked) =>
  expect(toQuery({ search: typed })).toEqual({ search: asked }),
);

test('marking a filtered list as read asks for what the filter matches', async () => {
  const asked: string[] = [];
  server.use(
    http.post('/api/notification/api/v2/notifications/inapp/read-all/', ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ updated: 1, unread_count: 0 });
    }),
  );
  await markAllRead({ search: 'laptop' });
  await markAllRead({ ticket_number: 'TX1', search: '' });
  await markAllRead();
  expect(asked).toEqual(['?search=laptop', '?ticket_number=TX1', '']);
});
