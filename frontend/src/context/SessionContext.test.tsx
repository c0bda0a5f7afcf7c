import { act, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { acceptAccessToken, refreshAccessToken } from '@/api/client';
import { forgetSessionHint, mayHaveSession } from '@/api/earlySession';
import { getAccessToken } from '@/api/token';
import { accessToken, agent, page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const REFRESH = '/api/auth/token/refresh/';
const answered = () => HttpResponse.json({ access: accessToken(agent), expires_in: 900 });

test('a session starts although the network broke off under the first call', async () => {
  server.use(
    http.post(REFRESH, () => HttpResponse.error(), { once: true }),
    http.post(REFRESH, answered),
    ...quietServices(),
  );
  renderRoute('/inbox');
  await screen.findByRole('heading', { name: 'Inbox' });
});

test('who has no session is not asked for one', async () => {
  forgetSessionHint();
  let calls = 0;
  server.use(
    http.post(REFRESH, () => {
      calls += 1;
      return HttpResponse.json({}, { status: 401 });
    }),
  );
  renderRoute('/inbox');
  await screen.findByRole('button', { name: 'Sign in' });
  expect(calls).toBe(0);
});

test('a session that is refused is not asked for again', async () => {
  server.use(http.post(REFRESH, () => HttpResponse.json({}, { status: 401 })));
  renderRoute('/inbox');
  await screen.findByRole('button', { name: 'Sign in' });
  expect(mayHaveSession()).toBe(false);
});

test('the session that was asked for on the way is taken, once', async () => {
  let calls = 0;
  server.use(
    http.post(REFRESH, () => {
      calls += 1;
      return answered();
    }),
    ...quietServices(),
  );
  window.earlySession = Promise.resolve(Response.json({ access: accessToken(agent) }));
  renderRoute('/inbox');
  await screen.findByRole('heading', { name: 'Inbox' });
  expect(calls).toBe(0);
  await refreshAccessToken();
  expect(calls).toBe(1);
});

test('a session asked for on the way that went wrong is asked for again', async () => {
  server.use(http.post(REFRESH, answered), ...quietServices());
  window.earlySession = Promise.resolve(new Response('', { status: 502 }));
  renderRoute('/inbox');
  await screen.findByRole('heading', { name: 'Inbox' });
});

test('a session that found no network starts when there is one again', async () => {
  let calls = 0;
  let isOffline = true;
  server.use(
    http.post(REFRESH, () => {
      calls += 1;
      return isOffline ? HttpResponse.error() : answered();
    }),
    ...quietServices(),
  );
  renderRoute('/inbox');
  await screen.findByRole('alert', undefined, { timeout: 10_000 });
  expect(calls).toBe(3);

  isOffline = false;
  act(() => void window.dispatchEvent(new Event('online')));
  await screen.findByRole('heading', { name: 'Inbox' });
});

test('with other roles everything on the screen is asked for again', async () => {
  server.use(...quietServices());
  renderRoute('/inbox');
  await screen.findByRole('heading', { name: 'Inbox' });
  const asked: string[] = [];
  server.use(
    http.get('/api/workflow/tasks/', ({ request }) => {
      asked.push(request.url);
      return page([]);
    }),
  );
  act(() => acceptAccessToken(accessToken(agent)));
  await new Promise((done) => setTimeout(done, 50));
  expect(asked).toEqual([]);
  act(() => acceptAccessToken(accessToken(agent, ['User'])));
  await waitFor(() => expect(asked.length).toBeGreaterThan(0));
});

test('a tab whose browser belongs to another person now says so and shows nothing more', async () => {
  server.use(http.post(REFRESH, answered), ...quietServices());
  renderRoute('/inbox');
  await screen.findByRole('heading', { name: 'Inbox' });
  act(() => acceptAccessToken(accessToken({ user_id: 99, full_name: 'Olga Berg' })));
  expect(await screen.findByText(/Someone else signed in to this browser/)).toBeTruthy();
  expect(screen.queryByRole('heading', { name: 'Inbox' })).toBeNull();
  expect(getAccessToken()).toBeNull();
});
