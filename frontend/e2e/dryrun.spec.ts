import { expect, test } from '@playwright/test';
import { demoAccounts, headersOf, signIn } from './stack';

const STEPS = [
  { id: 'sort', name: 'Sort', role: 'Ticket Coordinator', is_start: true, instruction: 'Sort it.' },
  {
    id: 'approve',
    name: 'Approve',
    role: 'IT Support',
    kind: 'approval',
    instruction: 'Decide.',
    approval: { required: 2, mode: 'count' },
  },
  { id: 'order', name: 'Order', role: 'IT Support', instruction: 'Order it.', assignment: 'claim' },
  { id: 'done', name: 'Done', is_end: true, end_status: 'completed' },
  { id: 'refused', name: 'Refused', is_end: true, end_status: 'rejected' },
];
const large = { field: 'requested_budget', op: 'gte', value: 500 };
const TRANSITIONS = [
  {
    id: 'small',
    from_step: 'sort',
    to_step: 'order',
    name: 'Small',
    is_automatic: true,
    condition: { field: 'requested_budget', op: 'lt', value: 500 },
  },
  { id: 'large', from_step: 'sort', to_step: 'approve', name: 'Large', condition: large },
  { id: 'yes', from_step: 'approve', to_step: 'order', name: 'Approve it', outcome: 'approve' },
  { id: 'no', from_step: 'approve', to_step: 'refused', name: 'Refuse', outcome: 'reject' },
  { id: 'ordered', from_step: 'order', to_step: 'done', name: 'Ordered' },
];

test('an admin lets a sample walk the draft: conditions, an approval by two, back, to the end; nothing is kept', async ({
  page,
  request,
}) => {
  const stamp = Date.now().toString(36);
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const made = await request.post('/api/workflow/workflows/', {
    headers,
    data: {
      name: `Purchase ${stamp}`,
      category: `Purchase ${stamp}`,
      department: 'IT Department',
      urgent_sla: '4h',
      high_sla: '8h',
      medium_sla: '2d',
      low_sla: '5d',
    },
  });
  expect(made.status(), await made.text()).toBe(201);
  const { id, edit_version } = await made.json();
  const graph = await request.put(`/api/workflow/workflows/${id}/graph/`, {
    headers,
    data: { edit_version, steps: STEPS, transitions: TRANSITIONS },
  });
  expect(graph.status(), await graph.text()).toBe(200);

  await signIn(page, admin);
  await page.goto(`/admin/workflows/${id}`);
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByText('No dry run yet')).toBeVisible();
  const steps = page.getByRole('list', { name: 'Steps of the dry run' }).locator('> li');
  const next = page.getByRole('region', { name: 'Next transition' });

  // Without the amount, no transition can be decided, and the dry run says why.
  await page.getByRole('button', { name: 'Start dry run' }).click();
  await expect(steps).toHaveCount(1);
  await expect(next.getByText(/requested_budget is not given/).first()).toBeVisible();
  await expect(next.getByRole('button', { name: 'Large → Approve' })).toBeDisabled();

  // A small amount goes on by itself, into the unassigned queue.
  await page.getByRole('textbox', { name: 'requested_budget' }).fill('120');
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(steps).toHaveCount(2);
  await expect(steps.first()).toContainText('Small, automatic');
  await expect(steps.last()).toContainText('waits until a member of IT Support claims it');

  // A large one needs two votes, of two people.
  await page.getByRole('textbox', { name: 'requested_budget' }).fill('900');
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(steps).toHaveCount(1);
  await expect(steps.first()).toContainText('requested_budget at least 500 · value: 900 · True');
  await next.getByRole('button', { name: 'Large → Approve' }).click();
  await expect(steps).toHaveCount(2);
  await expect(steps.last()).toContainText('Approval requested');
  const approve = next.getByRole('button', { name: 'Approve it → Order' });
  await approve.click();
  await expect(steps.last()).toContainText(/: Approve/);
  await expect(steps).toHaveCount(2);
  await approve.click();
  await expect(steps).toHaveCount(3);

  // Back to the approval, and forward again, to the end.
  await page.getByRole('button', { name: 'Back to step 2: Approve' }).click();
  await expect(steps).toHaveCount(2);
  await approve.click();
  await expect(steps.last()).toContainText(/: Approve/);
  await approve.click();
  await next.getByRole('button', { name: 'Ordered → Done' }).click();
  await expect(steps).toHaveCount(4);
  await expect(page.getByText('The dry run reached the end.')).toBeVisible();
  await expect(steps.last()).toContainText('Completed');
  await expect(steps.last()).toContainText('status “resolved”');

  const tasks = await (await request.get(`/api/workflow/tasks/?workflow=${id}`, { headers })).json();
  expect(tasks.count).toBe(0);
  const versions = await (await request.get(`/api/workflow/workflows/${id}/versions/`, { headers })).json();
  expect(versions.count).toBe(0);
  const archived = await request.post(`/api/workflow/workflows/${id}/archive/`, { headers, data: {} });
  expect(archived.status(), await archived.text()).toBe(200);
});
