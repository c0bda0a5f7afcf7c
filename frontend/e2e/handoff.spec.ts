import { type APIRequestContext, expect, test } from '@playwright/test';
import { assigneeOf, createTicket, demoAccounts, type Headers, headersOf, signIn, taskOf } from './stack';

/** Let whoever has it take every step the way things should go, until the workflow's end hands the ticket off. */
async function walkToTheEnd(request: APIRequestContext, admin: Headers, number: string): Promise<void> {
  const { taskId } = await assigneeOf(request, admin, number);
  for (let step = 0; step < 20; step += 1) {
    if ((await taskOf(request, admin, taskId)).status === 'handing_off') return;
    const { account } = await assigneeOf(request, admin, number);
    const headers = await headersOf(request, account);
    const task = await (await request.get(`/api/workflow/tasks/${taskId}/`, { headers })).json();
    const onward = task.available_transitions.find(
      ({ outcome }: { outcome: string }) => !['reject', 'return'].includes(outcome),
    );
    expect(onward, `a way on from ${task.current_step?.name}`).toBeTruthy();
    const answer = await request.post('/api/workflow/transitions/', {
      headers,
      data: {
        task_id: taskId,
        transition_id: onward.id,
        comment: 'As agreed.',
        expected_version: task.version,
      },
    });
    expect(answer.status(), await answer.text()).toBeLessThan(300);
  }
  throw new Error('twenty steps, and no end');
}

test('a ticket that waits for the asset system says so, and is completed on the open page when that answers', async ({
  page,
  request,
}) => {
  test.setTimeout(120_000);
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const subject = `Camera for the product photos (${Date.now()})`;
  const number = await createTicket(request, headers, {
    subject,
    description: 'Two days, with the long lens.',
    category: 'Asset Check Out',
    department: 'Asset Department',
    priority: 'Medium',
  });
  await walkToTheEnd(request, headers, number);

  await signIn(page, admin);
  await page.goto(`/tickets/${number}`);
  await expect(page.getByRole('heading', { name: subject })).toBeVisible();
  const note = page.getByRole('region', { name: 'Hand-off to the asset system' });
  await expect(note).toContainText('Queued');
  await expect(note.getByRole('button'), 'nothing has failed: there is nothing to do').toHaveCount(0);

  const found = await request.get('/api/workflow/ams/checkouts/', { headers, params: { search: number } });
  const [checkout] = (await found.json()).results;
  const answer = await request.post(`/api/workflow/ams/checkouts/${checkout.id}/acknowledge/`, {
    headers,
    data: { reference: 'AMS-4711' },
  });
  expect(answer.status(), await answer.text()).toBe(200);

  await expect(page.getByText('This ticket is completed.')).toBeVisible({ timeout: 10_000 });
  await expect(note).toContainText('Acknowledged');
  await expect(note).toContainText('AMS-4711');
});
