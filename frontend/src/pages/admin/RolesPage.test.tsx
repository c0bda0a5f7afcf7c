import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { agent, page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const ROOT = '/api/auth/api/v1';
const role = (id: number, name: string, changes = {}) => ({
  id,
  system: 'tts',
  name,
  description: '',
  is_custom: false,
  is_protected: false,
  holders: 0,
  version: 1,
  ...changes,
});

beforeEach(() => {
  server.use(...quietServices(['Admin']));
  server.use(
    http.get(`${ROOT}/systems/`, () =>
      page([
        { id: 1, slug: 'tts', name: 'Ticket Tracking', description: '' },
        { id: 2, slug: 'ams', name: 'Assets', description: '' },
      ]),
    ),
    http.get(`${ROOT}/roles/`, () =>
      page([
        role(1, 'Admin', { is_protected: true, holders: 1 }),
        role(3, 'IT Support', { holders: 2 }),
        role(4, 'Night Watch', { is_custom: true }),
      ]),
    ),
    http.get('/api/workflow/roles/', () =>
      page([
        { id: 3, lead: agent, used_by: ['IT Support Request'] },
        { id: 4, lead: null, used_by: ['Night Shift'] },
      ]),
    ),
    http.get(`${ROOT}/user-system-roles/`, () =>
      page([
        {
          id: 50,
          user: agent,
          user_email: '',
          system: 'tts',
          role_id: 1,
          role_name: 'Admin',
          is_active: true,
          is_effective: true,
          assigned_at: '2026-01-05T08:00:00Z',
        },
      ]),
    ),
    http.get(`${ROOT}/users/`, () => page([])),
  );
});

test('roles are listed by system; built-in ones cannot be deleted or renamed', async () => {
  const { user } = renderRoute('/admin/roles');
  expect(await screen.findByRole('heading', { name: 'TTS · Ticket Tracking' })).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'AMS · Assets' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Delete Admin' })).toBeNull();
  expect(await screen.findByText('Lead: Ines Costa')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Edit Admin' }));
  expect((within(screen.getByRole('dialog')).getByLabelText('Name') as HTMLInputElement).disabled).toBe(true);
});

test('a custom role is made in a system', async () => {
  let sent: unknown;
  server.use(
    http.post(`${ROOT}/roles/`, async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(role(5, 'Printer Care'), { status: 201 });
    }),
  );
  const { user } = renderRoute('/admin/roles');
  await user.click(await screen.findByRole('button', { name: 'New role' }));
  const dialog = within(screen.getByRole('dialog'));
  await user.type(dialog.getByLabelText('Name'), 'Printer Care');
  await user.click(dialog.getByRole('button', { name: 'Create role' }));
  await waitFor(() => expect(sent).toEqual({ system: 'tts', name: 'Printer Care', description: '' }));
});

test('a role that is held is not deleted; one that workflows need is warned of', async () => {
  const { user } = renderRoute('/admin/roles');
  await screen.findByText('Lead: Ines Costa');
  await user.click(screen.getByRole('button', { name: 'Delete IT Support' }));
  let dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByText('2 people have this role. Remove it from them first.')).toBeTruthy();
  expect((dialog.getByRole('button', { name: 'Delete' }) as HTMLButtonElement).disabled).toBe(true);
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

  await user.click(screen.getByRole('button', { name: 'Delete Night Watch' }));
  dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByText(/Used by deployed workflows: Night Shift/)).toBeTruthy();
  expect((dialog.getByRole('button', { name: 'Delete' }) as HTMLButtonElement).disabled).toBe(false);
});

test('the last administrator cannot lose the role, and it is said why', async () => {
  server.use(
    http.delete(`${ROOT}/user-system-roles/50/`, () => problem(409, 'last_admin', 'Somebody must keep it.')),
  );
  const { user } = renderRoute('/admin/roles');
  await user.click(await screen.findByRole('button', { name: /show members of Admin$/ }));
  const dialog = within(screen.getByRole('dialog'));
  await user.click(await dialog.findByRole('button', { name: 'Remove Ines Costa' }));
  const question = within(
    await screen.findByRole('dialog', { name: /Remove the role Admin from Ines Costa/ }),
  );
  await user.click(question.getByRole('button', { name: 'Remove role' }));
  expect(await question.findByText(/Ines Costa is the last active administrator/)).toBeTruthy();
});
