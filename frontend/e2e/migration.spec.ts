import { expect, test } from '@playwright/test';
import { assigneeOf, createTicket, demoAccounts, headersOf, picture, signIn } from './stack';

/** Tickets that run on an older version of their workflow move to the live one, and back. */

const FIRST = [
  { id: 'sort', name: 'Sort', role: 'IT Support', is_start: true, instruction: 'Sort it.' },
  { id: 'done', name: 'Done', is_end: true, end_status: 'completed' },
];
const SECOND = [
  { id: 'check', name: 'Check the device', role: 'IT Support', is_start: true, instruction: 'Check it.' },
  { id: 'repair', name: 'Repair', role: 'IT Support', instruction: 'Repair it.' },
  { id: 'done', name: 'Done', is_end: true, end_status: 'completed' },
];

test('an admin moves running tickets to the live version, reads what became of each, and returns them', async ({
  page,
  request,
}) => {
  const stamp = Date.now().toString(36);
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const send = async (method: 'post' | 'put', path: string, data: object) => {
    const answer = await request[method](`/api/workflow/workflows/${path}`, { headers, data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  };
  const versionOf = async (id: number) =>
    (await (await request.get(`/api/workflow/workflows/${id}/`, { headers })).json()).edit_version;
  const draw = async (id: number, steps: { id: string; name: string }[]) =>
    send('put', `${id}/graph/`, {
      edit_version: await versionOf(id),
      steps,
      transitions: steps.slice(1).map((step, at) => ({
        id: `to-${step.id}`,
        from_step: steps[at]?.id,
        to_step: step.id,
        name: `To ${step.name}`,
      })),
    });
  const deploy = async (id: number) =>
    send('post', `${id}/deploy/`, { edit_version: await versionOf(id), reason: '' });

  const { id } = await send('post', '', {
    name: `Repairs ${stamp}`,
    category: `Repairs ${stamp}`,
    department: 'IT Department',
    urgent_sla: '4h',
    high_sla: '8h',
    medium_sla: '2d',
    low_sla: '5d',
  });
  await draw(id, FIRST);
  await send('post', `${id}/initialize/`, {});
  await deploy(id);
  const tickets: { number: string; taskId: number }[] = [];
  for (const device of ['Printer', 'Scanner']) {
    const number = await createTicket(request, headers, {
      subject: `${device} ${stamp}`,
      description: 'It makes a noise.',
      category: `Repairs ${stamp}`,
      department: 'IT Department',
      priority: 'High',
    });
    const { taskId } = await assigneeOf(request, headers, number);
    tickets.push({ number, taskId });
  }
  const steps = () =>
    Promise.all(
      tickets.map(async ({ taskId }) => {
        const answer = await request.get(`/api/workflow/tasks/${taskId}/`, { headers });
        return (await answer.json()).current_step.name;
      }),
    );
  await draw(id, SECOND);
  await deploy(id);

  await signIn(page, admin);
  await page.goto(`/admin/workflows/${id}?tab=versions`);
  const action = page.getByRole('button', { name: 'Move the 2 running tickets' });
  await expect(action).toBeVisible();
  await picture(page, 'migration-versions');
  await action.click();
  const dialog = page.getByRole('dialog', { name: 'Move running tickets from v1 to v2' });

  // The step is no longer there: somebody says where its tickets go.
  const submit = dialog.getByRole('button', { name: /^Move \d/ });
  await expect(dialog.getByText('Choose a step for every step with running tickets.')).toBeVisible();
  await picture(page, 'migration-unmapped');
  await dialog
    .getByRole('combobox', { name: 'From “Sort” (2 tickets) to' })
    .selectOption({ label: 'Repair' });
  const preview = dialog.getByRole('table', { name: 'Preview' });
  for (const { number } of tickets)
    await expect(preview.getByRole('row').filter({ hasText: number })).toContainText('Repair');
  await expect(submit).toBeDisabled();
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('The check comes first now.');
  await expect(submit).toBeEnabled();
  expect(await steps()).toEqual(['Sort', 'Sort']);
  await picture(page, 'migration-preview');
  await submit.click();

  await expect(dialog.getByRole('status')).toHaveText('2 of 2 moved.');
  const results = dialog.getByRole('list', { name: 'Results' }).getByRole('listitem');
  for (const { number } of tickets) await expect(results.filter({ hasText: number })).toContainText('Repair');
  expect(await steps()).toEqual(['Repair', 'Repair']);
  // Whoever has no mouse goes on inside the dialog.
  expect(await dialog.evaluate((element) => element.parentElement?.contains(document.activeElement))).toBe(
    true,
  );
  await picture(page, 'migration-moved');

  await dialog.getByRole('button', { name: 'Return these 2 tickets' }).click();
  await expect(dialog.getByRole('status')).toHaveText('2 of 2 returned.');
  expect(await steps()).toEqual(['Sort', 'Sort']);
  await picture(page, 'migration-returned');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(action).toBeVisible();

  await send('post', `${id}/pause/`, {});
  await send('post', `${id}/archive/`, {});
});
