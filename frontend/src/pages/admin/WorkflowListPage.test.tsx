import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, test } from 'vitest';
import { quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const workflow = (id: number, changes: object = {}) => ({
  id,
  name: `Workflow ${id}`,
  status: 'deployed',
  is_archived: false,
  is_default: false,
  department: '',
  category: 'IT',
  sub_category: '',
  end_logic: 'notification',
  current_version: 1,
  has_undeployed_changes: false,
  is_deploy_requested: false,
  running_tasks: 0,
  ...changes,
});

test('is searched, paged and narrowed to archived ones on the server', async () => {
  const asked: URLSearchParams[] = [];
  server.use(...quietServices(['Admin']));
  server.use(
    http.get('/api/workflow/workflows/', ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(search);
      const isArchived = search.get('is_archived') === 'true';
      return HttpResponse.json({
        count: 120,
        next: null,
        previous: null,
        results: [isArchived ? workflow(9, { is_archived: true }) : workflow(Number(search.get('page')))],
      });
    }),
  );
  const { user } = renderRoute('/admin/workflows');
  expect(await screen.findByRole('link', { name: 'Workflow 1' })).toBeTruthy();
  expect(screen.getByText('1–25 of 120')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Next page' }));
  expect(await screen.findByRole('link', { name: 'Workflow 2' })).toBeTruthy();

  await user.click(screen.getByRole('combobox', { name: 'Status' }));
  await user.click(await screen.findByRole('option', { name: 'Archived' }));
  const row = (await screen.findByRole('link', { name: 'Workflow 9' })).closest('tr');
  expect(within(row as HTMLElement).getByText('Archived')).toBeTruthy();
  expect(asked.at(-1)?.get('page')).toBe('1');

  await user.type(screen.getByRole('searchbox', { name: 'Search workflows' }), 'laptop');
  await waitFor(() => expect(asked.at(-1)?.get('search')).toBe('laptop'));
  expect(asked.at(-1)?.get('is_archived')).toBe('true');
});

describe('importing a file', () => {
  const file = { format: 'ticket-tracking-workflow/2', name: 'Workflow 1', steps: [], transitions: [] };
  const none = { added: [], removed: [], changed: [] };
  const outcome = (changes: object = {}) => ({
    effect: 'update',
    name: 'Workflow 1',
    workflow_id: 1,
    edit_version: 4,
    changes: {
      policy: [{ field: 'at_risk_percent', old: 75, new: 50 }],
      steps: none,
      transitions: none,
    },
    diff: '-  "at_risk_percent": 75,\n+  "at_risk_percent": 50,\n',
    errors: [],
    version: null,
    ...changes,
  });

  const choose = async (content: string) => {
    server.use(...quietServices(['Admin']));
    server.use(
      http.get('/api/workflow/workflows/', () =>
        HttpResponse.json({ count: 1, next: null, previous: null, results: [workflow(1)] }),
      ),
    );
    const page = renderRoute('/admin/workflows');
    await screen.findByRole('link', { name: 'Workflow 1' });
    await page.user.upload(
      screen.getByTestId('workflow-file'),
      new File([content], 'workflow.json', { type: 'application/json' }),
    );
    return page;
  };

  test('shows what differs, and applies it with the edit version that was shown', async () => {
    const applied: object[] = [];
    let version = 4;
    server.use(
      http.post('/api/workflow/workflows/import/preview/', async ({ request }) => {
        expect(await request.json()).toEqual({ document: file });
        return HttpResponse.json(
          outcome({ edit_version: version, errors: ['There is no SLA for priority low.'] }),
        );
      }),
      http.post('/api/workflow/workflows/import/apply/', async ({ request }) => {
        applied.push((await request.json()) as object);
        if (applied.length > 1) return HttpResponse.json(outcome({ edit_version: 6 }));
        version = 5;
        return HttpResponse.json(
          {
            type: 'client_error',
            errors: [
              { code: 'stale_edit_version', detail: 'The workflow was changed meanwhile.', attr: null },
            ],
          },
          { status: 409 },
        );
      }),
    );
    const { user, address } = await choose(JSON.stringify(file));
    const dialog = await screen.findByRole('dialog', { name: 'Import Workflow 1' });
    expect(await within(dialog).findByText(/75 % .* 50 %/)).toBeTruthy();
    expect(within(dialog).getByText('There is no SLA for priority low.')).toBeTruthy();
    expect(applied).toEqual([]);
    await user.type(within(dialog).getByRole('textbox', { name: 'Reason' }), 'Earlier warning');
    await user.click(within(dialog).getByRole('button', { name: 'Apply to draft' }));
    expect(await within(dialog).findByText(/The draft was changed meanwhile/)).toBeTruthy();
    const again = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Apply to draft' });
    await waitFor(() => expect(again.disabled).toBe(false));
    await user.click(again);
    await waitFor(() => expect(address()).toBe('/admin/workflows/1'));
    expect(applied).toEqual([
      { document: file, edit_version: 4, reason: 'Earlier warning' },
      { document: file, edit_version: 5, reason: 'Earlier warning' },
    ]);
  });

  test('says which names are not known, and where nothing differs, and applies neither', async () => {
    const answers = [
      HttpResponse.json(
        {
          type: 'validation_error',
          errors: [{ code: 'names_unknown', detail: 'Not known here: role Wizards.', attr: null }],
        },
        { status: 400 },
      ),
      HttpResponse.json(outcome({ effect: 'none', changes: null, diff: '' })),
    ];
    server.use(http.post('/api/workflow/workflows/import/preview/', () => answers.shift()));
    const { user } = await choose(JSON.stringify(file));
    const dialog = await screen.findByRole('dialog', { name: 'Import Workflow 1' });
    expect(await within(dialog).findByText('Not known here: role Wizards.')).toBeTruthy();
    const apply = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Apply to draft' });
    expect(apply.disabled).toBe(true);
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

    await user.upload(screen.getByTestId('workflow-file'), new File([JSON.stringify(file)], 'workflow.json'));
    const second = await screen.findByRole('dialog', { name: 'Import Workflow 1' });
    expect(await within(second).findByText(/already says what the file says/)).toBeTruthy();
    expect(within(second).getByRole<HTMLButtonElement>('button', { name: 'Apply to draft' }).disabled).toBe(
      true,
    );
  });

  test('says where in the file something is wrong', async () => {
    const errors = [
      { code: 'unknown', detail: 'This field is unknown.', attr: 'low_sla' },
      { code: 'invalid_duration', detail: 'Use a format such as 4h.', attr: 'steps.2.hold' },
    ];
    server.use(
      http.post('/api/workflow/workflows/import/preview/', () =>
        HttpResponse.json({ type: 'validation_error', errors }, { status: 400 }),
      ),
    );
    await choose(JSON.stringify(file));
    const dialog = await screen.findByRole('dialog', { name: 'Import Workflow 1' });
    const items = await within(dialog).findAllByRole('listitem');
    expect(items.map((item) => item.textContent)).toEqual([
      'low_sla: This field is unknown.',
      'steps.2.hold: Use a format such as 4h.',
    ]);
  });

  test('refuses what is no JSON object', async () => {
    await choose('[]');
    expect(await screen.findByText('This file is not an exported workflow.')).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
