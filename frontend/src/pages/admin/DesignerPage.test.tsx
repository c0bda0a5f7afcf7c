import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Condition, DraftGraphDocument, GraphInput, Report, WorkflowDetail } from '@/api/definitions';
import { colleague, page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';
import { NothingToMeasure, step, workflowDetail } from '@/test/workflow';

/** A server that keeps one draft, numbers what is new and counts edit versions. */
let draft: DraftGraphDocument;
let workflow: WorkflowDetail;
let report: Report;
let saves: GraphInput[];
let moves: string[];

function transition(
  id: number,
  name: string,
  from: number,
  to: number,
): DraftGraphDocument['transitions'][number] {
  return {
    id,
    name,
    from_step: from,
    to_step: to,
    outcome: 'forward',
    requires_comment: false,
    is_automatic: false,
    condition: null,
    order: id,
  };
}

/** What the real service does with a document: temporary ids become rows. */
function store(input: GraphInput): DraftGraphDocument & { id_map: Record<string, number> } {
  const id_map: Record<string, number> = {};
  let next = 100 + saves.length * 10;
  const idOf = (id: number | string) => {
    if (typeof id === 'number') return id;
    id_map[id] ??= next++;
    return id_map[id];
  };
  const steps = input.steps.map((each) => ({ ...step(0, each.name), ...each, id: idOf(each.id) }));
  const transitions = input.transitions.map((each) => ({
    ...transition(0, each.name, 0, 0),
    ...each,
    id: idOf(each.id),
    from_step: idOf(each.from_step),
    to_step: idOf(each.to_step),
    condition: each.condition as Condition | null,
  }));
  draft = { ...draft, edit_version: draft.edit_version + 1, steps, transitions };
  workflow = { ...workflow, edit_version: draft.edit_version };
  return { ...draft, id_map };
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NothingToMeasure);
  saves = [];
  moves = [];
  report = { is_valid: true, errors: [], warnings: [] };
  draft = {
    workflow: 3,
    edit_version: 7,
    status: 'draft',
    has_undeployed_changes: false,
    steps: [
      step(10, 'Triage'),
      step(11, 'Resolve', { weight: '3.00' }),
      step(12, 'Done', { is_end: true, end_status: 'completed', role: null, role_id: null }),
    ],
    transitions: [transition(20, 'Hand over', 10, 11), transition(21, 'Finish', 11, 12)],
  };
  workflow = workflowDetail();
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/roles/', () =>
      page([
        { id: 1, name: 'IT Support', members: [colleague] },
        { id: 2, name: 'Ticket Coordinator', members: [] },
      ]),
    ),
    http.get('/api/workflow/roles/2/', () =>
      HttpResponse.json({ id: 2, name: 'Ticket Coordinator', is_active: true, members: [] }),
    ),
    http.get('/api/workflow/calendars/', () => page([])),
    http.get('/api/workflow/workflows/3/', () => HttpResponse.json(workflow)),
    http.get('/api/workflow/workflows/3/graph/', () => HttpResponse.json(draft)),
    http.get('/api/workflow/workflows/3/validate/', () => HttpResponse.json(report)),
    http.put('/api/workflow/workflows/3/graph/', async ({ request }) => {
      const input = (await request.json()) as GraphInput;
      if (input.edit_version !== draft.edit_version)
        return HttpResponse.json(
          {
            type: 'client_error',
            errors: [
              { code: 'stale_edit_version', detail: 'The workflow was changed meanwhile.', attr: null },
            ],
            edit_version: draft.edit_version,
          },
          { status: 409 },
        );
      saves.push(input);
      return HttpResponse.json(store(input));
    }),
  );
});

async function openDesigner(query = '') {
  const view = renderRoute(`/admin/workflows/3${query}`);
  const outline = await screen.findByRole('list', { name: 'Outline' });
  return { ...view, outline };
}

async function saved(count: number) {
  await waitFor(() => expect(saves).toHaveLength(count), { timeout: 4_000 });
  await screen.findByText('Draft saved');
}

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
    const made = saves[0]?.steps.find((each) => each.name === 'Check');
    expect(made).toMatchObject({ kind: 'review', role: 'IT Support', is_end: false });
    expect(saves[0]?.transitions.some((each) => each.from_step === 11 && each.to_step === made?.id)).toBe(
      true,
    );
    expect(saves[0]?.edit_version).toBe(7);
  });

  test('walks with arrows and removes with Delete', async () => {
    const { user, outline } = await openDesigner();
    within(outline)
      .getByRole('button', { name: /^Triage/ })
      .focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Delete}');
    await saved(1);
    expect(saves[0]?.transitions.map((each) => each.name)).toEqual(['Hand over']);
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
    await waitFor(() => expect(saves.at(-1)?.steps.some((each) => each.name === 'Order parts')).toBe(true));
    expect(saves[1]?.edit_version).toBe(8);
    expect(saves.at(-1)?.steps.find((each) => each.name === 'Order parts')?.id).toBe(110);
  });

  test('of an undone deletion makes the step anew', async () => {
    const { user, outline } = await openDesigner();
    await user.click(within(outline).getByRole('button', { name: /^Triage/ }));
    await user.click(screen.getByRole('button', { name: 'Delete step' }));
    await saved(1);
    expect(saves[0]?.steps.map((each) => each.name)).toEqual(['Resolve', 'Done']);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await saved(2);
    const again = saves[1]?.steps.find((each) => each.name === 'Triage');
    expect(typeof again?.id).toBe('string');
    expect(saves[1]?.transitions.find((each) => each.name === 'Hand over')?.from_step).toBe(again?.id);
  });

  test('never overwrites: it says who was faster and offers their draft', async () => {
    const { user, outline } = await openDesigner();
    server.use(
      http.get('/api/workflow/audit/', () =>
        page([{ id: 1, actor: colleague, action: 'workflow.graph_saved' }]),
      ),
    );
    draft = {
      ...draft,
      edit_version: 9,
      steps: draft.steps.map((each) => ({ ...each, name: `${each.name}!` })),
    };
    await user.click(within(outline).getByRole('button', { name: /^Triage/ }));
    await user.type(screen.getByRole('textbox', { name: 'Step name' }), ' it');
    expect(await screen.findByText(/Peter Novak saved this workflow in the meantime/)).toBeTruthy();
    expect(saves).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Load their version' }));
    await waitFor(() => expect(within(outline).getByRole('button', { name: /^Triage!/ })).toBeTruthy());
    expect(screen.getByText('Draft saved')).toBeTruthy();
  });

  test('over theirs happens only when asked, on top of their version', async () => {
    const { user, outline } = await openDesigner();
    server.use(http.get('/api/workflow/audit/', () => page([])));
    draft = {
      ...draft,
      edit_version: 9,
      steps: draft.steps.filter((each) => each.name !== 'Done'),
      transitions: [],
    };
    await user.click(within(outline).getByRole('button', { name: /^Triage/ }));
    await user.type(screen.getByRole('textbox', { name: 'Step name' }), ' it');
    await user.click(await screen.findByRole('button', { name: 'Overwrite with my version' }));
    await saved(1);
    expect(saves[0]?.edit_version).toBe(9);
    // What the other person deleted comes back as something new.
    expect(typeof saves[0]?.steps.find((each) => each.name === 'Done')?.id).toBe('string');
  });

  test('says why the server refused, and tries again', async () => {
    let isRefusing = true;
    server.use(
      http.put('/api/workflow/workflows/3/graph/', async ({ request }) => {
        if (isRefusing) return problem(400, 'graph_invalid', 'Two steps have the same id.');
        const input = (await request.json()) as GraphInput;
        saves.push(input);
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
    expect(saves).toHaveLength(1);
  });
});

describe('what is typed', () => {
  test('goes out by itself when the network is back', async () => {
    let isOffline = true;
    server.use(
      http.put('/api/workflow/workflows/3/graph/', async ({ request }) => {
        if (isOffline) return HttpResponse.error();
        const input = (await request.json()) as GraphInput;
        saves.push(input);
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
    expect(saves[0]?.transitions.at(-1)).toMatchObject({
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
    expect(saves.at(-1)?.transitions[0]?.condition).toEqual({
      field: 'priority',
      op: 'in',
      value: ['high', 'urgent'],
    }),
  );
});

test('a finding leads to its place', async () => {
  report = {
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
      return HttpResponse.json({ ...workflow, id: 4, name: 'Tablet Repair' }, { status: 201 });
    }),
    http.get('/api/workflow/workflows/4/', () => HttpResponse.json({ ...workflow, id: 4 })),
    http.get('/api/workflow/workflows/4/graph/', () => HttpResponse.json({ ...draft, workflow: 4 })),
    http.get('/api/workflow/workflows/4/validate/', () => HttpResponse.json(report)),
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

describe('deploying', () => {
  beforeEach(() => {
    server.use(
      http.get('/api/workflow/workflows/3/deploy-preview/', () =>
        HttpResponse.json({
          status: workflow.status,
          legal_moves: workflow.legal_moves,
          live_version: 1,
          next_version: 2,
          has_changes: true,
          changes: {
            policy: [{ field: 'urgent_sla', old: 14_400, new: 7_200 }],
            steps: { added: [{ key: 9, name: 'Check' }], removed: [], changed: [] },
            transitions: { added: [], removed: [], changed: [] },
          },
          report,
          running_tasks: 4,
          running: [
            {
              version: 1,
              step: { id: 5, name: 'Repair', role: 'IT Support' },
              running_tasks: 4,
              is_in_draft: false,
            },
          ],
        }),
      ),
      http.post('/api/workflow/workflows/3/:move/', ({ params }) => {
        moves.push(String(params.move));
        workflow = {
          ...workflow,
          status: 'deployed',
          current_version: 2,
          legal_moves: ['pause'],
        };
        return HttpResponse.json(workflow);
      }),
    );
  });

  test('shows first what it would do, and then does it', async () => {
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Deploy…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Deploy Laptop Repair' });
    expect(await within(dialog).findByText('SLA, urgent: 4h → 2h')).toBeTruthy();
    expect(within(dialog).getByText('Check added')).toBeTruthy();
    expect(within(dialog).getByText(/4 at “Repair” \(v1\)/).textContent).toContain('removed in the draft');
    await user.click(within(dialog).getByRole('button', { name: 'Deploy version 2' }));
    expect(await screen.findByText('Version 2 is live.')).toBeTruthy();
    expect(moves).toEqual(['initialize', 'deploy']);
    expect(await screen.findByRole('button', { name: 'Pause' })).toBeTruthy();
  });

  test('leads on to moving the running tickets where that is chosen', async () => {
    const row = (number: number) => ({
      id: number,
      workflow: 3,
      number,
      is_current: workflow.current_version === number,
      redeployed_from: null,
      deployed_at: '2026-11-22T08:00:00Z',
      deployed_by: colleague,
      reason: '',
      running_tasks: number === 1 ? 4 : 0,
    });
    workflow = { ...workflow, status: 'deployed', current_version: 1, has_undeployed_changes: true };
    const previews: unknown[] = [];
    server.use(
      http.get('/api/workflow/workflows/3/versions/', () =>
        page(workflow.current_version === 2 ? [row(2), row(1)] : [row(1)]),
      ),
      http.get('/api/workflow/workflows/3/versions/compare/', () =>
        HttpResponse.json({
          is_same: true,
          policy: [],
          steps: { added: [], removed: [], changed: [] },
          transitions: { added: [], removed: [], changed: [] },
        }),
      ),
      http.get('/api/workflow/workflows/3/versions/:number/', ({ params }) =>
        HttpResponse.json({ ...row(Number(params.number)), steps: [], transitions: [] }),
      ),
      http.post('/api/workflow/workflows/3/migrate/preview/', async ({ request }) => {
        previews.push(await request.json());
        return HttpResponse.json({
          from_version: 1,
          to_version: 2,
          running_tasks: 0,
          steps: [],
          tasks: [],
          next_after: null,
        });
      }),
    );
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Deploy…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Deploy Laptop Repair' });
    await user.click(
      await within(dialog).findByRole('checkbox', { name: 'Move them to the new version next' }),
    );
    await user.click(within(dialog).getByRole('button', { name: 'Deploy version 2' }));
    const next = await screen.findByRole('dialog', { name: 'Move running tickets from v1 to v2' });
    await waitFor(() => expect(previews).toMatchObject([{ from_version: 1, to_version: 2 }]));
    await user.click(within(next).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('is not offered while there are errors, which lead to their place', async () => {
    report = {
      is_valid: false,
      errors: [
        {
          severity: 'error',
          code: 'x',
          message: 'Triage goes nowhere.',
          step_id: 10,
          transition_id: null,
          field: null,
        },
      ],
      warnings: [],
    };
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Deploy…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Deploy Laptop Repair' });
    const finding = await within(dialog).findByRole('button', { name: 'Triage goes nowhere.' });
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Deploy version 2' }).disabled).toBe(
      true,
    );
    await user.click(finding);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Step name' }).value).toBe('Triage');
  });
});

test('settings are stored in seconds, with the edit version', async () => {
  let sent: Record<string, unknown> = {};
  server.use(
    http.patch('/api/workflow/workflows/3/', async ({ request }) => {
      sent = (await request.json()) as Record<string, unknown>;
      workflow = { ...workflow, urgent_sla: 5_400, edit_version: 8 };
      return HttpResponse.json(workflow);
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
      if (sent.length > 1) return HttpResponse.json(workflow);
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
  workflow = { ...workflow, calendar: { id: 4, name: 'Office' } };
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
  workflow = { ...workflow, is_archived: true, legal_moves: ['restore'] };
  server.use(
    http.post('/api/workflow/workflows/3/:move/', ({ params }) => {
      moves.push(String(params.move));
      workflow = { ...workflow, is_archived: false, legal_moves: ['initialize', 'archive'] };
      return HttpResponse.json(workflow);
    }),
  );
  const { user } = renderRoute('/admin/workflows/3');
  expect(await screen.findByRole('button', { name: 'Export' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Restore' }));
  await screen.findByRole('list', { name: 'Outline' });
  expect(moves).toEqual(['restore']);
});

describe('versions', () => {
  const version = (number: number, changes: object = {}) => ({
    id: number,
    workflow: 3,
    number,
    is_current: number === 2,
    redeployed_from: null,
    deployed_at: '2026-11-22T08:00:00Z',
    deployed_by: colleague,
    reason: `Because ${number}`,
    running_tasks: 0,
    ...changes,
  });

  beforeEach(() => {
    workflow = {
      ...workflow,
      status: 'deployed',
      current_version: 2,
      has_undeployed_changes: true,
      legal_moves: ['deploy', 'pause'],
    };
    const { steps, transitions } = draft;
    server.use(
      http.get('/api/workflow/workflows/3/versions/', ({ request }) => {
        const isFirst = new URL(request.url).searchParams.get('page') === '1';
        return HttpResponse.json({
          count: 101,
          next: isFirst ? 'more' : null,
          previous: null,
          results: isFirst ? [version(2), version(1)] : [version(0, { deployed_by: null, reason: '' })],
        });
      }),
      http.get('/api/workflow/workflows/3/versions/compare/', () =>
        HttpResponse.json({
          is_same: false,
          policy: [],
          steps: { added: [], removed: [], changed: [] },
          transitions: {
            added: [],
            removed: [{ key: 20, name: 'Triage → Resolve: Hand over', is_automatic: true }],
            changed: [
              {
                key: 21,
                name: 'Resolve → Done: Finish',
                changes: [{ field: 'requires_comment', old: false, new: true }],
              },
            ],
          },
        }),
      ),
      http.get('/api/workflow/workflows/3/versions/:number/', ({ params }) =>
        HttpResponse.json({
          ...version(Number(params.number)),
          steps: steps.map((each) => ({ ...each, key: each.id, id: each.id + 100 })),
          transitions: transitions.map((each) => ({
            ...each,
            key: each.id,
            id: each.id + 100,
            from_step: each.from_step + 100,
            to_step: each.to_step + 100,
          })),
        }),
      ),
    );
  });

  test('are all listed, each with who deployed it and why', async () => {
    renderRoute('/admin/workflows/3?tab=versions');
    const rows = within(await screen.findByRole('list', { name: 'Versions' })).getAllByRole('listitem');
    expect(rows).toHaveLength(3);
    expect(rows[0]?.textContent).toContain('by Peter Novak');
    expect(rows[0]?.textContent).toContain('Because 2');
  });

  test('are compared in words, a removed automatic transition first, transitions marked in the drawing', async () => {
    renderRoute('/admin/workflows/3?tab=versions');
    const alert = await screen.findByText(/An automatic transition is removed/);
    expect(alert.textContent).toContain('Triage → Resolve: Hand over');
    expect(screen.getByText('Comment required: no → yes')).toBeTruthy();
    expect(await screen.findByText('Triage → Resolve: Hand over, removed')).toBeTruthy();
    expect(screen.getAllByText('Resolve → Done: Finish, changed')).toHaveLength(2);
  });

  test('one is loaded into the draft when that is confirmed', async () => {
    const loaded: unknown[] = [];
    server.use(
      http.post('/api/workflow/workflows/3/versions/:number/load/', async ({ params, request }) => {
        loaded.push([params.number, await request.json()]);
        draft = { ...draft, edit_version: 8, steps: draft.steps.map((each) => ({ ...each, name: 'Old' })) };
        workflow = { ...workflow, edit_version: 8 };
        return HttpResponse.json(workflow);
      }),
    );
    const { user } = renderRoute('/admin/workflows/3?tab=versions');
    await user.click(await screen.findByRole('button', { name: 'Load v1 into the draft' }));
    const dialog = await screen.findByRole('dialog', { name: 'Load version 1 into the draft?' });
    expect(loaded).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Load version' }));
    expect(await screen.findByText('The draft is now version 1.')).toBeTruthy();
    expect(loaded).toEqual([['1', { edit_version: 7 }]]);
    await user.click(screen.getByRole('tab', { name: 'Design' }));
    expect((await screen.findAllByRole('button', { name: /^Old/ })).length).toBeGreaterThan(1);
  });

  test('running tickets are moved when every step is mapped, with a result for each, and returned', async () => {
    const sent: { from_version: number; reason: string; tasks: Record<string, number>[] }[] = [];
    const old = { id: 5, name: 'Repair', role: 'IT Support' };
    const triage = { id: 110, name: 'Triage', role: 'IT Support' };
    const unmapped = { code: 'step_unmapped', detail: 'Its step leads nowhere.', attr: null };
    server.use(
      http.get('/api/workflow/workflows/3/versions/', () =>
        HttpResponse.json({
          count: 2,
          next: null,
          previous: null,
          results: [version(2, { is_current: true }), version(1, { is_current: false, running_tasks: 2 })],
        }),
      ),
      http.post('/api/workflow/workflows/3/migrate/preview/', async ({ request }) => {
        const { mapping } = (await request.json()) as { mapping: unknown[] };
        const to_step = mapping.length > 0 ? triage : null;
        return HttpResponse.json({
          from_version: 1,
          to_version: 2,
          running_tasks: 2,
          steps: [{ from_step: old, to_step, running_tasks: 2 }],
          tasks: [31, 32].map((task_id) => ({
            task_id,
            ticket_number: `TX${task_id}`,
            version: 4,
            from_step: old,
            to_step,
            assignee_before: null,
            assignee_after: null,
            assigned_by: 'unassigned',
            explanation: '',
            due_before: null,
            due_after: null,
            error: to_step ? null : unmapped,
          })),
          next_after: null,
        });
      }),
      http.post('/api/workflow/workflows/3/migrate/tasks/', async ({ request }) => {
        const body = (await request.json()) as (typeof sent)[number];
        sent.push(body);
        return HttpResponse.json({
          results: body.tasks.map(({ task_id }) =>
            task_id === 32
              ? {
                  task_id,
                  ok: false,
                  status: 409,
                  error: { code: 'stale_version', detail: 'It was changed meanwhile.', attr: null },
                }
              : { task_id, ok: true, status: 200, version: 5, from_step: old, to_step: triage },
          ),
        });
      }),
    );
    const { user } = renderRoute('/admin/workflows/3?tab=versions');
    await user.click(await screen.findByRole('button', { name: 'Move the 2 running tickets' }));
    const dialog = await screen.findByRole('dialog', { name: 'Move running tickets from v1 to v2' });
    await user.type(await within(dialog).findByRole('textbox', { name: /Reason/ }), 'New form');
    const submit = () =>
      within(dialog).getByRole<HTMLButtonElement>('button', { name: /^Move (\d )?ticket/ });
    expect(submit().disabled).toBe(true);
    await user.selectOptions(
      within(dialog).getByRole('combobox', { name: 'From “Repair” (2 tickets) to' }),
      await within(dialog).findByRole('option', { name: 'Triage' }),
    );
    await waitFor(() => expect(submit().disabled).toBe(false));
    await user.click(submit());
    expect(await within(dialog).findByText('1 of 2 moved.')).toBeTruthy();
    expect(within(dialog).getByText(/It was changed meanwhile/)).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Return this ticket' }));
    expect(await within(dialog).findByText('1 of 1 returned.')).toBeTruthy();
    expect(sent.map((each) => [each.from_version, each.reason, each.tasks])).toEqual([
      [
        1,
        'New form',
        [
          { task_id: 31, expected_version: 4 },
          { task_id: 32, expected_version: 4 },
        ],
      ],
      [2, 'Returned: New form', [{ task_id: 31, expected_version: 5, to_step: 5 }]],
    ]);
  });

  test('the live one is what the draft goes back to when its changes are discarded', async () => {
    const loaded: unknown[] = [];
    server.use(
      http.post('/api/workflow/workflows/3/versions/:number/load/', ({ params }) => {
        loaded.push(params.number);
        workflow = { ...workflow, has_undeployed_changes: false };
        return HttpResponse.json(workflow);
      }),
    );
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Discard draft changes…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Discard what is not deployed?' });
    await user.click(within(dialog).getByRole('button', { name: 'Discard changes' }));
    expect(await screen.findByText('The draft is version 2 again.')).toBeTruthy();
    expect(loaded).toEqual(['2']);
  });
});

test('when a step escalates, to whom a second time, and when absent work is handed over are settings', async () => {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.get('/api/workflow/roles/', () =>
      page([{ id: 9, name: 'Department Head', is_active: true, members: [] }]),
    ),
    http.patch('/api/workflow/workflows/3/', async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json(workflow);
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
