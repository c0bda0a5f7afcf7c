import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { desk, openDesigner, serveDesigner } from '@/test/designer';
import { colleague, page } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

beforeEach(serveDesigner);

describe('deploying', () => {
  beforeEach(() => {
    server.use(
      http.get('/api/workflow/workflows/3/deploy-preview/', () =>
        HttpResponse.json({
          status: desk.workflow.status,
          legal_moves: desk.workflow.legal_moves,
          live_version: 1,
          next_version: 2,
          has_changes: true,
          needs_second_person: false,
          deploy_request: null,
          changes: {
            policy: [{ field: 'urgent_sla', old: 14_400, new: 7_200 }],
            steps: { added: [{ key: 9, name: 'Check' }], removed: [], changed: [] },
            transitions: { added: [], removed: [], changed: [] },
          },
          report: desk.report,
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
        desk.moves.push(String(params.move));
        desk.workflow = {
          ...desk.workflow,
          status: 'deployed',
          current_version: 2,
          legal_moves: ['pause'],
        };
        return HttpResponse.json(desk.workflow);
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
    expect(desk.moves).toEqual(['initialize', 'deploy']);
    expect(await screen.findByRole('button', { name: 'Pause' })).toBeTruthy();
  });

  test('leads on to moving the running tickets where that is chosen', async () => {
    const row = (number: number) => ({
      id: number,
      workflow: 3,
      number,
      is_current: desk.workflow.current_version === number,
      redeployed_from: null,
      deployed_at: '2026-11-22T08:00:00Z',
      deployed_by: colleague,
      reason: '',
      running_tasks: number === 1 ? 4 : 0,
    });
    desk.workflow = {
      ...desk.workflow,
      status: 'deployed',
      current_version: 1,
      has_undeployed_changes: true,
    };
    const previews: unknown[] = [];
    server.use(
      http.get('/api/workflow/workflows/3/versions/', () =>
        page(desk.workflow.current_version === 2 ? [row(2), row(1)] : [row(1)]),
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
    desk.report = {
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

describe('four eyes', () => {
  const REQUEST = '/api/workflow/workflows/3/deploy-request/';
  const me = { user_id: 7, full_name: 'Ines Costa' };
  let asked: unknown;
  beforeEach(() => {
    asked = null;
    server.use(
      http.get('/api/workflow/workflows/3/deploy-preview/', () =>
        HttpResponse.json({
          status: 'draft',
          legal_moves: ['initialize', 'archive'],
          live_version: null,
          next_version: 1,
          has_changes: true,
          needs_second_person: true,
          deploy_request: asked,
          changes: null,
          report: desk.report,
          running_tasks: 0,
          running: [],
        }),
      ),
      http.post('/api/workflow/workflows/3/:move/', ({ params }) => {
        desk.moves.push(String(params.move));
        return HttpResponse.json({ ...desk.workflow, current_version: 1 });
      }),
    );
  });

  const openDialog = async () => {
    const { user } = await openDesigner();
    await user.click(screen.getByRole('button', { name: 'Deploy…' }));
    return { user, dialog: await screen.findByRole('dialog', { name: 'Deploy Laptop Repair' }) };
  };

  test('one person asks with the reason, and can not deploy', async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(REQUEST, async ({ request }) => {
        bodies.push(await request.json());
        return HttpResponse.json(desk.workflow);
      }),
    );
    const { user, dialog } = await openDialog();
    expect(await within(dialog).findByText(/another administrator reviews and deploys it/)).toBeTruthy();
    expect(within(dialog).queryByRole('button', { name: /Deploy version/ })).toBeNull();
    await user.type(within(dialog).getByLabelText('Reason'), 'Earlier warnings');
    await user.click(within(dialog).getByRole('button', { name: 'Request deployment' }));
    expect(await screen.findByText('The other administrators were asked to deploy it.')).toBeTruthy();
    expect(bodies).toEqual([{ edit_version: 7, reason: 'Earlier warnings' }]);
    expect(desk.moves).toEqual([]);
  });

  test('who asked can only withdraw', async () => {
    asked = { requested_by: me, requested_at: '2026-11-22T08:00:00Z', reason: '', is_current: true };
    let withdrawn = 0;
    server.use(
      http.delete(REQUEST, () => {
        withdrawn += 1;
        asked = null;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user, dialog } = await openDialog();
    expect(await within(dialog).findByText(/^You requested this deployment on/)).toBeTruthy();
    const button = within(dialog).getByRole('button', { name: 'Request deployment' });
    expect(button).toHaveProperty('disabled', true);
    await user.click(within(dialog).getByRole('button', { name: 'Withdraw' }));
    await waitFor(() => expect(button).toHaveProperty('disabled', false));
    expect(withdrawn).toBe(1);
  });

  test('another person sees who asked and why, and deploys', async () => {
    asked = {
      requested_by: colleague,
      requested_at: '2026-11-22T08:00:00Z',
      reason: 'Earlier warnings',
      is_current: true,
    };
    const { user, dialog } = await openDialog();
    const text = `${colleague.full_name} requested this deployment on`;
    expect(await within(dialog).findByText(new RegExp(text))).toBeTruthy();
    expect(within(dialog).getByText('Earlier warnings')).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Deploy version 1' }));
    expect(await screen.findByText('Version 1 is live.')).toBeTruthy();
    expect(desk.moves).toEqual(['initialize', 'deploy']);
  });

  test('what was edited since must be asked for again', async () => {
    asked = { requested_by: colleague, requested_at: '2026-11-22T08:00:00Z', reason: '', is_current: false };
    const { dialog } = await openDialog();
    expect(await within(dialog).findByText(/but the draft was edited since/)).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Request deployment' })).toHaveProperty(
      'disabled',
      false,
    );
  });
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
    desk.workflow = {
      ...desk.workflow,
      status: 'deployed',
      current_version: 2,
      has_undeployed_changes: true,
      legal_moves: ['deploy', 'pause'],
    };
    const { steps, transitions } = desk.draft;
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
        desk.draft = {
          ...desk.draft,
          edit_version: 8,
          steps: desk.draft.steps.map((each) => ({ ...each, name: 'Old' })),
        };
        desk.workflow = { ...desk.workflow, edit_version: 8 };
        return HttpResponse.json(desk.workflow);
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
            voided_votes: task_id === 31 ? 2 : 0,
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
    expect(await within(dialog).findByText('2 votes become void for good.')).toBeTruthy();
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
        desk.workflow = { ...desk.workflow, has_undeployed_changes: false };
        return HttpResponse.json(desk.workflow);
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
