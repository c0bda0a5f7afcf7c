import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, vi } from 'vitest';
import type { Condition, DraftGraphDocument, GraphInput, Report, WorkflowDetail } from '@/api/definitions';
import { colleague, page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';
import { NothingToMeasure, step, workflowDetail } from '@/test/workflow';

/** What the server of the designer's tests has: one draft, which is numbered and counted as the real one does. */
export const desk = {} as {
  draft: DraftGraphDocument;
  workflow: WorkflowDetail;
  report: Report;
  saves: GraphInput[];
  moves: string[];
};

export function transition(
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
export function store(input: GraphInput): DraftGraphDocument & { id_map: Record<string, number> } {
  const id_map: Record<string, number> = {};
  let next = 100 + desk.saves.length * 10;
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
  desk.draft = { ...desk.draft, edit_version: desk.draft.edit_version + 1, steps, transitions };
  desk.workflow = { ...desk.workflow, edit_version: desk.draft.edit_version };
  return { ...desk.draft, id_map };
}

/** Begin a test: the server has an undeployed workflow of three steps. */
export function serveDesigner() {
  vi.stubGlobal('ResizeObserver', NothingToMeasure);
  desk.saves = [];
  desk.moves = [];
  desk.report = { is_valid: true, errors: [], warnings: [] };
  desk.draft = {
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
  desk.workflow = workflowDetail();
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
    http.get('/api/workflow/workflows/3/', () => HttpResponse.json(desk.workflow)),
    http.get('/api/workflow/workflows/3/graph/', () => HttpResponse.json(desk.draft)),
    http.get('/api/workflow/workflows/3/validate/', () => HttpResponse.json(desk.report)),
    http.put('/api/workflow/workflows/3/graph/', async ({ request }) => {
      const input = (await request.json()) as GraphInput;
      if (input.edit_version !== desk.draft.edit_version)
        return HttpResponse.json(
          {
            type: 'client_error',
            errors: [
              { code: 'stale_edit_version', detail: 'The workflow was changed meanwhile.', attr: null },
            ],
            edit_version: desk.draft.edit_version,
          },
          { status: 409 },
        );
      desk.saves.push(input);
      return HttpResponse.json(store(input));
    }),
  );
}

export async function openDesigner(query = '') {
  const view = renderRoute(`/admin/workflows/3${query}`);
  const outline = await screen.findByRole('list', { name: 'Outline' });
  return { ...view, outline };
}

export async function saved(count: number) {
  await waitFor(() => expect(desk.saves).toHaveLength(count), { timeout: 4_000 });
  await screen.findByText('Draft saved');
}
