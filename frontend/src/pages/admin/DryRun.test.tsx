import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { DraftGraphDocument } from '@/api/definitions';
import type { DryRun, DryRunOffer, DryRunRequest, DryRunVisit } from '@/api/dryRun';
import { agent, colleague, page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';
import { NothingToMeasure, step, workflowDetail } from '@/test/workflow';

/** A server that lets a ticket walk Triage → Approve → Done, as far as the choices lead. */
const AT = '2026-12-02T09:00:00Z';
const triage = { id: 10, name: 'Triage', role: 'IT Support', kind: 'action', is_end: false } as const;
const approve = { id: 11, name: 'Approve', role: 'IT Support', kind: 'approval', is_end: false } as const;
const done = { id: 12, name: 'Done', role: '', kind: 'action', is_end: true } as const;
const submit = { id: 20, name: 'Submit', outcome: 'forward' } as const;
const yes = { id: 21, name: 'Grant', outcome: 'approve' } as const;

let asked: DryRunRequest[];
let editVersion: number;

function visit(changes: Partial<DryRunVisit>): DryRunVisit {
  return {
    step: triage,
    visit: 1,
    choices_before: 0,
    assignments: [],
    unassigned: null,
    due_at: '2026-12-02T13:00:00Z',
    at_risk_at: null,
    target_seconds: 14_400,
    conditions: [],
    votes: [],
    left_by: null,
    status: null,
    notifications: [],
    ...changes,
  };
}

function why(person = agent): DryRunVisit['assignments'][number] {
  return {
    person,
    role: 'IT Support',
    is_owner: false,
    origin: 'round_robin',
    reason: '',
    reason_code: '',
    explanation: `It was ${person.full_name}'s turn among the members of IT Support.`,
    explanation_parts: [],
    strategy: 'round_robin',
    candidates: [person],
    passed_over: [],
    cursor_before: null,
    cursor_after: person.user_id,
    replayed_user_id: person.user_id,
    started_at: AT,
    ended_at: null,
    end_reason: '',
  };
}

function offer(changes: Partial<DryRunOffer>): DryRunOffer {
  return {
    transition: submit,
    to_step: approve,
    requires_comment: false,
    is_fulfilled: true,
    by: [agent],
    refusal: null,
    ...changes,
  };
}

const first = visit({
  assignments: [why()],
  conditions: [
    {
      transition: submit,
      to_step: approve,
      is_automatic: false,
      value: true,
      reasons: [],
      checks: [{ field: 'requested_budget', op: 'gte', expected: 500, actual: 900, value: true }],
    },
    {
      transition: { id: 22, name: 'Skip', outcome: 'forward' },
      to_step: done,
      is_automatic: true,
      value: null,
      reasons: ['location is not given'],
      checks: [{ field: 'location', op: 'eq', expected: 'Lima', actual: null, value: null }],
    },
  ],
  notifications: [
    {
      channel: 'mail_and_in_app',
      type: 'task_assignment',
      subject: 'Two screens',
      recipients: [{ user_id: 7, name: agent.full_name }],
    },
    { channel: 'ticket_event', type: 'task_created', subject: '', recipients: [{ user_id: null, name: '' }] },
  ],
});
const second = visit({ step: approve, visit: 2, choices_before: 1, assignments: [why(colleague)] });
const end = visit({
  step: done,
  visit: null,
  choices_before: 2,
  due_at: null,
  target_seconds: null,
  status: 'completed',
});

function answerTo({ choices, version }: DryRunRequest): DryRun {
  const left = { ...first, left_by: { ...submit, is_automatic: false, by: agent } };
  const steps = [[first], [left, second], [left, second, end]][choices.length] ?? [];
  const offers = [
    [offer({})],
    [offer({ transition: yes, to_step: done, by: [colleague, agent] })],
    [] as DryRunOffer[],
  ];
  return {
    version,
    edit_version: editVersion,
    at: AT,
    ticket: {
      ticket_number: 'SAMPLE',
      subject: 'Two screens',
      category: 'Hardware',
      sub_category: '',
      department: 'IT Department',
      priority: 'medium',
    },
    served_by: null,
    status: choices.length === 2 ? 'completed' : 'in_progress',
    due_at: '2026-12-04T09:00:00Z',
    owner: null,
    steps,
    choices: offers[choices.length] ?? [],
    stopped: null,
  };
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NothingToMeasure);
  asked = [];
  editVersion = 7;
  const edge = { requires_comment: false, is_automatic: false, outcome: 'forward' as const };
  const draft: DraftGraphDocument = {
    workflow: 3,
    edit_version: 7,
    status: 'draft',
    has_undeployed_changes: false,
    steps: [
      step(10, 'Triage'),
      step(11, 'Approve'),
      step(12, 'Done', { is_end: true, end_status: 'completed', role: null, role_id: null }),
    ],
    transitions: [
      {
        ...edge,
        id: 20,
        name: 'Submit',
        from_step: 10,
        to_step: 11,
        condition: { field: 'requested_budget', op: 'gte', value: 500 },
        order: 1,
      },
      { ...edge, id: 21, name: 'Grant', from_step: 11, to_step: 12, condition: null, order: 2 },
    ],
  };
  const workflow = workflowDetail({ name: 'Purchase' });
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/workflows/3/', () => HttpResponse.json(workflow)),
    http.get('/api/workflow/workflows/3/graph/', () => HttpResponse.json(draft)),
    http.get('/api/workflow/workflows/3/validate/', () =>
      HttpResponse.json({ is_valid: true, errors: [], warnings: [] }),
    ),
    http.get('/api/workflow/workflows/3/versions/', () => page([])),
    http.post('/api/workflow/workflows/3/dry-run/', async ({ request }) => {
      const body = (await request.json()) as DryRunRequest;
      asked.push(body);
      return HttpResponse.json(answerTo(body));
    }),
  );
});

async function started() {
  const view = renderRoute('/admin/workflows/3?tab=dry-run');
  await view.user.click(await screen.findByRole('button', { name: 'Start dry run' }));
  const list = await screen.findByRole('list', { name: 'Steps of the dry run' });
  return { ...view, list };
}

const stepNames = (list: HTMLElement) =>
  within(list)
    .getAllByRole('heading', { level: 3 })
    .map((each) => each.textContent);

test('sends the sample with the fields that conditions read', async () => {
  const { user } = renderRoute('/admin/workflows/3?tab=dry-run');
  expect(await screen.findByText('No dry run yet')).toBeTruthy();
  await user.type(await screen.findByRole('textbox', { name: 'requested_budget' }), '900');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Priority' }), 'high');
  await user.click(screen.getByRole('button', { name: 'Start dry run' }));
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]).toEqual({
    version: null,
    ticket: {
      subject: 'A sample ticket',
      category: 'Hardware',
      department: 'IT Department',
      priority: 'high',
      requested_budget: 900,
    },
    choices: [],
  });
});

test('shows who has the step and why, until when, the conditions and whom it notifies', async () => {
  const { list } = await started();
  const text = list.textContent ?? '';
  expect(text).toContain("It was Ines Costa's turn among the members of IT Support.");
  expect(text).toContain('(target 4h)');
  expect(text).toContain('requested_budget at least 500 · value: 900 · True');
  expect(text).toContain('location is Lima · no value · Unknown');
  expect(text).toContain('Email and in-app: Ines Costa · Task assigned');
  expect(text).not.toContain('task_created');
});

test('goes on by a choice, back to an earlier step, and to the end, from the same moment', async () => {
  const { user, list } = await started();
  await user.click(screen.getByRole('button', { name: 'Submit → Approve' }));
  await waitFor(() => expect(stepNames(list)).toEqual(['Triage', 'Approve']));
  expect(asked.at(-1)).toMatchObject({ at: AT, choices: [{ transition: 20, by: 7 }] });

  await user.click(screen.getByRole('button', { name: 'Back to step 1: Triage' }));
  await waitFor(() => expect(stepNames(list)).toEqual(['Triage']));
  expect(asked.at(-1)?.choices).toEqual([]);

  await user.click(screen.getByRole('button', { name: 'Submit → Approve' }));
  await user.selectOptions(await screen.findByRole('combobox', { name: 'By' }), 'Ines Costa');
  await user.click(screen.getByRole('button', { name: 'Grant → Done' }));
  expect(await screen.findByText('The dry run reached the end.')).toBeTruthy();
  expect(asked.at(-1)?.choices).toEqual([
    { transition: 20, by: 7 },
    { transition: 21, by: 7 },
  ]);
  expect(stepNames(list)).toEqual(['Triage', 'Approve', 'Done']);
});

test('says why the ticket can go nowhere', async () => {
  server.use(
    http.post('/api/workflow/workflows/3/dry-run/', async ({ request }) =>
      HttpResponse.json({
        ...answerTo((await request.json()) as DryRunRequest),
        choices: [
          offer({
            by: [],
            is_fulfilled: false,
            refusal: { code: 'condition_not_met', detail: 'Too little.' },
          }),
        ],
        stopped: { code: 'no_transition_fits', detail: 'No transition fits: too little.' },
      }),
    ),
  );
  await started();
  expect(screen.getByText('No transition fits: too little.')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Submit → Approve' }).disabled).toBe(true);
  expect(screen.getByText('Too little.')).toBeTruthy();
});

test('of a draft with errors leads to what is found, and of a busy role says to try again', async () => {
  const finding = {
    severity: 'error',
    code: 'role_unknown',
    message: 'The role of Approve is not known.',
    step_id: 11,
    transition_id: null,
    field: null,
  };
  server.use(
    http.post(
      '/api/workflow/workflows/3/dry-run/',
      () =>
        HttpResponse.json(
          {
            type: 'validation_error',
            errors: [{ code: 'definition_invalid', detail: 'The draft has errors.', attr: 'version' }],
            findings: [finding],
          },
          { status: 400 },
        ),
      { once: true },
    ),
    http.post('/api/workflow/workflows/3/dry-run/', () =>
      problem(409, 'dry_run_busy', 'Work is being assigned in these roles at this moment. Try again.'),
    ),
  );
  const { user } = renderRoute('/admin/workflows/3?tab=dry-run');
  await user.click(await screen.findByRole('button', { name: 'Start dry run' }));
  expect(await screen.findByText('1 error must be fixed first.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Start dry run' }));
  expect(await screen.findByText(/Try again/)).toBeTruthy();
});

test('of an existing ticket asks for its number, and says what the server refuses', async () => {
  server.use(
    http.post('/api/workflow/workflows/3/dry-run/', async ({ request }) => {
      asked.push((await request.json()) as DryRunRequest);
      return HttpResponse.json(
        {
          type: 'validation_error',
          errors: [{ code: 'not_found', detail: 'There is no such ticket.', attr: 'ticket_number' }],
        },
        { status: 404 },
      );
    }),
  );
  const { user } = renderRoute('/admin/workflows/3?tab=dry-run');
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Take' }), 'ticket');
  await user.click(screen.getByRole('button', { name: 'Start dry run' }));
  expect(screen.getByText('A value is required.')).toBeTruthy();
  expect(asked).toHaveLength(0);
  await user.type(screen.getByRole('textbox', { name: 'Ticket number' }), 'TX404');
  await user.click(screen.getByRole('button', { name: 'Start dry run' }));
  expect((await screen.findAllByText('There is no such ticket.')).length).toBeGreaterThan(0);
  expect(asked[0]).toEqual({ version: null, ticket_number: 'TX404', choices: [] });
});

test('of an older draft says so', async () => {
  editVersion = 6;
  await started();
  expect(screen.getByText('The draft has changed since this dry run.')).toBeTruthy();
});
