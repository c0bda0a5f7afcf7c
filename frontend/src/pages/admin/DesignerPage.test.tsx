import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import type { GraphInput } from '@/api/definitions';
import { desk, openDesigner, saved, serveDesigner, store } from '@/test/designer';
import { colleague, page, problem } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

beforeEach(serveDesigner);

describe('the outline', () => {
  test('tells the steps in order, each with its transitions', async () => {
    const { outline } = await openDesigner();
    const items = within(outline)
      .getAllByRole('button')
      .map((item) => item.textContent);
    expect(items).toEqual([
      expect.stringContaining('Triage'),
      'Hand over → Resolve',
      expect.stringContaining('Resolve'),
      'Finish → Done',
      expect.stringContaining('Done'),
    ]);
  });

  test('adds a step after the chosen one, connected, and stores it', async () => {
    const { user, outline } = await openDesigner();
    await user.click(within(outline).getByRole('button', { name: /^Resolve/ }));
    await user.click(screen.getByRole('button', { name: 'Add Review' }));
    // The name of a step that was just made is ready to be typed over.
    await user.keyboard('Check');
    await saved(1);
    const made = desk.saves[0]?.steps.find((each) => each.name === 'Check');
    expect(made).toMatchObject({ kind: 'review', role: 'IT Support', is_end: false });
    expect(
      desk.saves[0]?.transitions.some((each) => each.from_step === 11 && each.to_step === made?.id),
    ).toBe(true);
    expect(desk.saves[0]?.edit_version).toBe(7);
  });

  test('walks with arrows and removes with Delete', async () => {
    const { user, outline } = await openDesigner();
    within(outline)
      .getByRole('button', { name: /^Triage/ })
      .focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Delete}');
    await saved(1);
    expect(desk.saves[0]?.transitions.map((each) => each.name)).toEqual(['Hand over']);
  });
});

describe('saving', () => {
  test('goes on from the version and the ids of the last answer', async () => {
    const { user, outline } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Add Action' }));
    await saved(1);
    await user.click(within(outline).getByRole('button', { name: /^New step/ }));
    const name = screen.getByRole('textbox', { name: 'Step name' });
    await user.clear(name);
    await user.type(name, 'Order parts');
    await waitFor(() =>
      expect(desk.saves.at(-1)?.steps.some((each) => each.name === 'Order parts')).toBe(true),
    );
    expect(desk.saves[1]?.edit_version).toBe(8);
    expect(desk.saves.at(-1)?.steps.find((each) => each.name === 'Order parts')?.id).toBe(110);
  });

  test('of an undone deletion makes the step anew', async () => {
    const { user, outline } = await openDesigner();
    await user.click(within(outline).getByRole('button', { name: /^Triage/ }));
    await user.click(screen.getByRole('button', { name: 'Delete step' }));
    await saved(1);
    expect(desk.saves[0]?.steps.map((each) => each.name)).toEqual(['Resolve', 'Done']);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await saved(2);
    const again = desk.saves[1]?.steps.find((each) => each.name === 'Triage');
    expect(typeof again?.id).toBe('string');
    expect(desk.saves[1]?.transitions.find((each) => each.name === 'Hand over')?.from_step).toBe(again?.id);
  });

  test('never overwrites: it says who was faster and offers their draft', async () => {
    const { user, outline } = await openDesigner();
    server.use(
      http.get('/api/workflow/audit/', () =>
        page([{ id: 1, actor: colleague, action: 'workflow.graph_saved' }]),
      ),
    );
    desk.draft = {
      ...desk.draft,
      edit_version: 9,
      steps: desk.draft.steps.map((each) => ({ ...each, name: `${each.name}!` })),
    };
    await user.click(within(outline).getByRole('button', { name: /^Triage/ }));
    await user.type(screen.getByRole('textbox', { name: 'Step name' }), ' it');
    expect(await screen.findByText(/Peter Novak saved this workflow in the meantime/)).toBeTruthy();
    expect(desk.saves).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Load their version' }));
    await waitFor(() => expect(within(outline).getByRole('button', { name: /^Triage!/ })).toBeTruthy());
    expect(screen.getByText('Draft saved')).toBeTruthy();
  });

  test('over theirs happens only when asked, on top of their version', async () => {
    const { user, outline } = await openDesigner();
    server.use(http.get('/api/workflow/audit/', () => page([])));
    desk.draft = {
      ...desk.draft,
      edit_version: 9,
      steps: desk.draft.steps.filter((each) => each.name !== 'Done'),
      transitions: [],
    };
    await user.click(within(outline).getByRole('button', { name: /^Triage/ }));
    await user.type(screen.getByRole('textbox', { name: 'Step name' }), ' it');
    await user.click(await screen.findByRole('button', { name: 'Overwrite with my version' }));
    await saved(1);
    expect(desk.saves[0]?.edit_version).toBe(9);
    // What the other person deleted comes back as something new.
    expect(typeof desk.saves[0]?.steps.find((each) => each.name === 'Done')?.id).toBe('string');
  });

  test('says why the server refused, and tries again', async () => {
    let isRefusing = true;
    server.use(
      http.put('/api/workflow/workflows/3/graph/', async ({ request }) => {
        if (isRefusing) return problem(400, 'graph_invalid', 'Two steps have the same id.');
        const input = (await request.json()) as GraphInput;
        desk.saves.push(input);
        return HttpResponse.json(store(input));
      }),
    );
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Add End' }));
    expect(await screen.findByText(/Two steps have the same id/)).toBeTruthy();
    isRefusing = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await saved(1);
  });

  test('happens before leaving the page', async () => {
    const { user, address } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Add Action' }));
    await user.click(
      within(screen.getByRole('navigation', { name: 'Breadcrumbs' })).getByRole('link', {
        name: 'Workflows',
      }),
    );
    await waitFor(() => expect(address()).toBe('/admin/workflows'));
    expect(desk.saves).toHaveLength(1);
  });
});

describe('what is typed', () => {
  test('goes out by itself when the network is back', async () => {
    let isOffline = true;
    server.use(
      http.put('/api/workflow/workflows/3/graph/', async ({ request }) => {
        if (isOffline) return HttpResponse.error();
        const input = (await request.json()) as GraphInput;
        desk.saves.push(input);
        return HttpResponse.json(store(input));
      }),
    );
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Add End' }));
    expect(await screen.findByText(/saved when it is back/)).toBeTruthy();
    expect(screen.getByText('Not saved')).toBeTruthy();
    isOffline = false;
    window.dispatchEvent(new Event('online'));
    await saved(1);
  });

  test('into the settings is kept over the tabs, is said, and is asked about before leaving', async () => {
    const { user, address } = renderRoute('/admin/workflows/3?tab=settings');
    const description = await screen.findByRole('textbox', { name: 'Description' });
    await user.type(description, 'For every laptop.');
    await user.click(screen.getByRole('tab', { name: 'Design' }));
    await screen.findByRole('list', { name: 'Outline' });
    await user.click(screen.getByRole('button', { name: 'Settings not saved' }));
    expect((await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Description' })).value).toBe(
      'For every laptop.',
    );

    const away = within(screen.getByRole('navigation', { name: 'Breadcrumbs' })).getByRole('link', {
      name: 'Workflows',
    });
    await user.click(away);
    let dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Keep editing' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).toBe('/admin/workflows/3?tab=settings');
    await user.click(away);
    dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Discard changes' }));
    await waitFor(() => expect(address()).toBe('/admin/workflows'));
  });
});

describe('a step', () => {
  test('shows what its weight means in time while it is typed', async () => {
    const { user, outline } = await openDesigner();
    await user.click(within(outline).getByRole('button', { name: /^Resolve/ }));
    expect(screen.getByText('75 % of the SLA')).toBeTruthy();
    expect(screen.getByText('3h of 4h')).toBeTruthy();
    const weight = screen.getByRole('spinbutton', { name: 'Weight' });
    await user.clear(weight);
    await user.type(weight, '1');
    expect(screen.getByText('50 % of the SLA')).toBeTruthy();
    expect(screen.getByText('2h of 4h')).toBeTruthy();
  });

  test('is connected without a mouse; the way gets the outcome the step lacks', async () => {
    const { user, outline } = await openDesigner();
    await user.click(within(outline).getByRole('button', { name: /^Resolve/ }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Connect to' }), 'Triage');
    expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'Outcome' }).value).toBe('return');
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Comment required' }).disabled).toBe(true);
    await saved(1);
    expect(desk.saves[0]?.transitions.at(-1)).toMatchObject({
      from_step: 11,
      to_step: 10,
      outcome: 'return',
      requires_comment: true,
    });
  });
});

test('a condition is data made of comparisons', async () => {
  const { user, outline } = await openDesigner();
  await user.click(within(outline).getByRole('button', { name: /^Hand over/ }));
  await user.click(screen.getByRole('button', { name: 'Add condition' }));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Operator' }), 'in');
  const value = screen.getByRole('textbox', { name: 'Value' });
  await user.clear(value);
  await user.type(value, 'high,urgent');
  expect((value as HTMLInputElement).value).toBe('high,urgent');
  await waitFor(() =>
    expect(desk.saves.at(-1)?.transitions[0]?.condition).toEqual({
      field: 'priority',
      op: 'in',
      value: ['high', 'urgent'],
    }),
  );
});

test('a finding leads to its place', async () => {
  desk.report = {
    is_valid: false,
    errors: [
      {
        severity: 'error',
        code: 'role_unknown',
        message: 'The role of Resolve is not known.',
        step_id: 11,
        transition_id: null,
        field: null,
      },
      {
        severity: 'error',
        code: 'sla_missing',
        message: 'There is no SLA for priority low.',
        step_id: null,
        transition_id: null,
        field: 'low_sla',
      },
    ],
    warnings: [],
  };
  const { user } = await openDesigner();
  expect(await screen.findByText('2 errors, 0 warnings')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: /The role of Resolve/ }));
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Step name' }).value).toBe('Resolve');
  await user.click(screen.getByRole('button', { name: /There is no SLA for priority low/ }));
  const field = await screen.findByRole('textbox', { name: 'Low' });
  await waitFor(() => expect(document.activeElement).toBe(field));
});

test('is duplicated as a draft under another name, for other tickets', async () => {
  const imported: object[] = [];
  const file = { format: 'ticket-tracking-workflow/1', name: 'Laptop Repair', is_default: true, steps: [] };
  server.use(
    http.get('/api/workflow/workflows/3/export/', () => HttpResponse.json(file)),
    http.post('/api/workflow/workflows/import/', async ({ request }) => {
      imported.push((await request.json()) as object);
      if (imported.length === 1)
        return HttpResponse.json(
          {
            type: 'validation_error',
            errors: [{ code: 'name_taken', detail: 'Another workflow has this name.', attr: 'name' }],
          },
          { status: 409 },
        );
      return HttpResponse.json({ ...desk.workflow, id: 4, name: 'Tablet Repair' }, { status: 201 });
    }),
    http.get('/api/workflow/workflows/4/', () => HttpResponse.json({ ...desk.workflow, id: 4 })),
    http.get('/api/workflow/workflows/4/graph/', () => HttpResponse.json({ ...desk.draft, workflow: 4 })),
    http.get('/api/workflow/workflows/4/validate/', () => HttpResponse.json(desk.report)),
  );
  const { user, address } = await openDesigner();
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(screen.getByRole('menuitem', { name: 'Duplicate…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Duplicate Laptop Repair' });
  const category = within(dialog).getByRole('textbox', { name: 'Category' });
  await user.clear(category);
  await user.type(category, 'Tablets');
  await user.click(within(dialog).getByRole('button', { name: 'Create draft' }));
  expect(await within(dialog).findByText('Another workflow has this name.')).toBeTruthy();
  const name = within(dialog).getByRole('textbox', { name: 'Name' });
  await user.clear(name);
  await user.type(name, 'Tablet Repair');
  await user.click(within(dialog).getByRole('button', { name: 'Create draft' }));
  await waitFor(() => expect(address()).toBe('/admin/workflows/4'));
  expect(imported.at(-1)).toMatchObject({ name: 'Tablet Repair', category: 'Tablets', is_default: false });
});

test('settings are stored in seconds, with the edit version', async () => {
  let sent: Record<string, unknown> = {};
  server.use(
    http.patch('/api/workflow/workflows/3/', async ({ request }) => {
      sent = (await request.json()) as Record<string, unknown>;
      desk.workflow = { ...desk.workflow, urgent_sla: 5_400, edit_version: 8 };
      return HttpResponse.json(desk.workflow);
    }),
  );
  const { user } = renderRoute('/admin/workflows/3?tab=settings');
  const urgent = await screen.findByRole('textbox', { name: 'Urgent' });
  await user.clear(urgent);
  await user.type(urgent, 'soon');
  expect(screen.getByText('Use a format such as 4h, 90m, 2d 12h, 1w or 04:00:00.')).toBeTruthy();
  await user.clear(urgent);
  await user.type(urgent, '1h 30m');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Settings saved.')).toBeTruthy();
  expect(sent).toMatchObject({ urgent_sla: 5_400, low_sla: 432_000, edit_version: 7 });
});

test('field types, decisive fields and the time for reopening are settings', async () => {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.patch('/api/workflow/workflows/3/', async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      if (sent.length > 1) return HttpResponse.json(desk.workflow);
      return HttpResponse.json(
        { errors: [{ code: 'invalid', detail: "'a b' is no path of a field.", attr: 'field_types' }] },
        { status: 400 },
      );
    }),
  );
  const { user } = renderRoute('/admin/workflows/3?tab=settings');
  await user.click(await screen.findByRole('button', { name: 'Add a field' }));
  await user.type(screen.getByRole('textbox', { name: 'Field 1' }), 'dynamic_data.cost');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Type of field 1' }), 'Money');
  await user.type(screen.getByRole('textbox', { name: 'Decisive fields' }), 'requested_budget, cost_items');
  const days = screen.getByRole('spinbutton', { name: 'Reopen within (days)' });
  await user.clear(days);
  await user.type(days, '30');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect((await screen.findAllByText("'a b' is no path of a field."))[0]).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toMatchObject({
    field_types: { 'dynamic_data.cost': 'money' },
    decisive_fields: ['requested_budget', 'cost_items'],
    reopen_days: 30,
  });
});

test('an SLA in working hours says until when that is', async () => {
  const asked: (string | null)[] = [];
  desk.workflow = { ...desk.workflow, calendar: { id: 4, name: 'Office' } };
  server.use(
    http.get('/api/workflow/calendars/4/', () =>
      HttpResponse.json({ id: 4, name: 'Office', time_zone: 'UTC', hours: {}, holidays: [] }),
    ),
    http.get('/api/workflow/calendars/4/due/', ({ request }) => {
      asked.push(new URL(request.url).searchParams.get('duration'));
      return HttpResponse.json({ starts_at: '2026-12-02T08:00:00Z', due_at: '2026-12-07T08:00:00Z' });
    }),
  );
  const { user } = renderRoute('/admin/workflows/3?tab=settings');
  const low = await screen.findByRole('textbox', { name: 'Low' });
  await user.clear(low);
  await user.type(low, '1d');
  expect(
    await screen.findByText(/^24 h of working time: a ticket that comes in now is due .*7/),
  ).toBeTruthy();
  expect(asked).toContain('86400s');
});

test('an archived workflow is exported and restored', async () => {
  desk.workflow = { ...desk.workflow, is_archived: true, legal_moves: ['restore'] };
  server.use(
    http.post('/api/workflow/workflows/3/:move/', ({ params }) => {
      desk.moves.push(String(params.move));
      desk.workflow = { ...desk.workflow, is_archived: false, legal_moves: ['initialize', 'archive'] };
      return HttpResponse.json(desk.workflow);
    }),
  );
  const { user } = renderRoute('/admin/workflows/3');
  expect(await screen.findByRole('button', { name: 'Export' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Restore' }));
  await screen.findByRole('list', { name: 'Outline' });
  expect(desk.moves).toEqual(['restore']);
});

test('when a step escalates, to whom a second time, and when absent work is handed over are settings', async () => {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.get('/api/workflow/roles/', () =>
      page([{ id: 9, name: 'Department Head', is_active: true, members: [] }]),
    ),
    http.patch('/api/workflow/workflows/3/', async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json(desk.workflow);
    }),
  );
  const { user } = renderRoute('/admin/workflows/3?tab=settings');
  await user.selectOptions(
    await screen.findByRole('combobox', { name: 'Escalate a step when it is' }),
    'At risk',
  );
  await user.click(screen.getByRole('combobox', { name: 'Second escalation to' }));
  await user.click(await screen.findByRole('option', { name: 'Department Head' }));
  await user.type(screen.getByRole('textbox', { name: 'Second escalation after' }), 'later');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByText('Use a format such as 4h, 90m, 2d 12h, 1w or 04:00:00.')).toBeTruthy();
  expect(sent, 'a duration that is none is not sent').toHaveLength(0);
  await user.clear(screen.getByRole('textbox', { name: 'Second escalation after' }));
  await user.type(screen.getByRole('textbox', { name: 'Second escalation after' }), '4h');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    escalation_trigger: 'at_risk',
    second_escalation_role_id: 9,
    second_escalation_after: 14_400,
    hand_over_after: null,
  });
});
