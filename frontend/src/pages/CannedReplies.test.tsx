import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { CannedReply } from '@/api/cannedReplies';
import { agent, cannedReply, colleague, page, problem, quietServices, teamRole } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

let replies: CannedReply[] = [];
let sent: Record<string, unknown>[] = [];

beforeEach(() => {
  replies = [];
  sent = [];
  server.use(
    ...quietServices(),
    http.get('/api/messaging/canned-replies/', () => page(replies)),
    http.get('/api/messaging/canned-replies/:id/', ({ params }) => {
      const found = replies.find((reply) => reply.id === Number(params.id));
      return found ? HttpResponse.json(found) : problem(404, 'canned_reply_not_found', 'None for you.');
    }),
    http.get('/api/workflow/roles/', () =>
      page([teamRole(3, 'IT Support', agent), teamRole(4, 'Finance', colleague)]),
    ),
  );
});

test('without any, the list says what they are for; a new one is written, previewed and saved', async () => {
  server.use(
    http.post('/api/messaging/canned-replies/', async ({ request }) => {
      const body = (await request.json()) as Partial<CannedReply>;
      sent.push(body);
      replies = [cannedReply(1, body)];
      return HttpResponse.json(replies[0], { status: 201 });
    }),
  );
  const { user, address } = renderRoute('/canned-replies');
  expect(await screen.findByText('No canned replies yet')).toBeTruthy();
  await user.click(screen.getByText('New canned reply'));
  await user.type(await screen.findByLabelText('Title'), 'Thanks');
  const text = screen.getByLabelText('Text');
  await user.type(text, 'Dear ');
  await user.click(screen.getByText('{{requester.first_name}}'));
  await user.type(text, ', ');
  await user.click(screen.getByText('{{agent.name}}'));
  const preview = screen.getByLabelText('Preview', { selector: '[role=group]' });
  await waitFor(() => expect(preview.textContent).toBe('Dear Olga, Ines Costa'));
  // A lead writes for their own team, and for no other.
  const choices = within(screen.getByLabelText('Available to')).getAllByRole('option');
  expect(choices.map((choice) => choice.textContent)).toEqual(['Only me', 'Team: IT Support']);
  await user.selectOptions(screen.getByLabelText('Available to'), 'Team: IT Support');
  await user.click(screen.getByText('Save'));
  expect(await screen.findByText('Thanks', { selector: 'a' })).toBeTruthy();
  expect(await screen.findByText('Team: IT Support')).toBeTruthy();
  expect(address()).toBe('/canned-replies');
  expect(sent).toEqual([
    {
      title: 'Thanks',
      text: 'Dear {{requester.first_name}}, {{agent.name}}',
      scope: 'team',
      role_id: 3,
      is_active: true,
    },
  ]);
});

test('an unknown placeholder is said beside the text, and leaving asks first', async () => {
  replies = [cannedReply(1, { title: 'Thanks' })];
  server.use(
    http.patch('/api/messaging/canned-replies/1/', () =>
      HttpResponse.json(
        {
          type: 'client_error',
          errors: [
            { code: 'unknown_placeholder', detail: 'There is no placeholder {{nmae}}.', attr: 'text' },
          ],
        },
        { status: 400 },
      ),
    ),
  );
  const { user, address } = renderRoute('/canned-replies/1');
  const text = await screen.findByLabelText('Text');
  await user.click(text);
  await user.paste(' {{nmae}}');
  await user.click(screen.getByText('Save'));
  expect(await screen.findByText('There is no placeholder {{nmae}}.')).toBeTruthy();
  await user.click(within(screen.getByRole('navigation', { name: 'Main' })).getByText('Board'));
  expect(await screen.findByRole('dialog')).toBeTruthy();
  expect(address()).toBe('/canned-replies/1');
});

test('what somebody else saved meanwhile is not overwritten', async () => {
  replies = [cannedReply(1, { title: 'Thanks' })];
  server.use(
    http.patch('/api/messaging/canned-replies/1/', async ({ request }) => {
      const body = (await request.json()) as { version: number };
      sent.push(body);
      replies = [cannedReply(1, { title: 'Many thanks', version: 2 })];
      return problem(409, 'version_conflict', 'Somebody changed it.');
    }),
  );
  const { user } = renderRoute('/canned-replies/1');
  const title = await screen.findByLabelText<HTMLInputElement>('Title');
  await user.type(title, '!');
  await user.click(screen.getByText('Save'));
  expect(await screen.findByText(/Somebody changed this canned reply/)).toBeTruthy();
  expect(sent[0]).toMatchObject({ title: 'Thanks!', version: 1 });
  expect(title.value).toBe('Thanks!');
  await user.click(screen.getByRole('button', { name: /load the current version/ }));
  await waitFor(() => expect(title.value).toBe('Many thanks'));
});

test.each([
  ['all', null, 'Only administrators can change this canned reply.'],
  ['team', 4, 'Only the lead of this role and administrators can change this canned reply.'],
] as const)('who may not change one of %s only reads it', async (scope, role_id, words) => {
  replies = [cannedReply(1, { scope, role_id, author: colleague })];
  renderRoute('/canned-replies/1');
  expect(await screen.findByText(words)).toBeTruthy();
  expect(screen.getByLabelText('Text').matches(':disabled')).toBe(true);
  expect(screen.queryByText('Save')).toBeNull();
  expect(screen.queryByText('Delete')).toBeNull();
  expect(screen.queryByText('{{step}}', { selector: 'button' })).toBeNull();
});

test('one is deleted after a question', async () => {
  replies = [cannedReply(1, { title: 'Thanks' })];
  server.use(
    http.delete('/api/messaging/canned-replies/1/', () => {
      replies = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderRoute('/canned-replies/1');
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  const dialog = await screen.findByRole('dialog', { name: 'Delete “Thanks”?' });
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
  expect(await screen.findByText('No canned replies yet')).toBeTruthy();
});

test('one that is not there for the person is said to be missing', async () => {
  renderRoute('/canned-replies/4711');
  expect(await screen.findByText('Not found')).toBeTruthy();
  expect(screen.getByRole('heading', { level: 1, name: 'Canned replies' })).toBeTruthy();
});
