import { expect, type Page, test } from '@playwright/test';
import { assigneeOf, createTicket, demoAccounts, headersOf, signIn } from './stack';

/** Move focus with the keyboard to what is named, as somebody without a mouse does. */
async function press(
  page: Page,
  name: string | RegExp,
  within: 'button' | 'menuitem' = 'button',
): Promise<void> {
  const target = page.getByRole(within, { name, exact: typeof name === 'string' }).first();
  await target.focus();
  await expect(target).toBeFocused();
  await page.keyboard.press('Enter');
}

test('an admin makes a workflow with the keyboard, mends a finding, deploys it, and a ticket runs on it', async ({
  page,
  request,
}) => {
  test.setTimeout(120_000);
  const stamp = Date.now().toString(36);
  const name = `Projector Loan ${stamp}`;
  const category = `Projectors ${stamp}`;
  const { admin } = demoAccounts();
  await signIn(page, admin);

  await page.goto('/admin/workflows');
  await press(page, 'New workflow');
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.type(name);
  await page.getByRole('combobox', { name: 'Template' }).selectOption('empty');
  await press(page, 'Create draft');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

  // The steps, by the outline alone.
  await press(page, 'Add Action');
  const stepName = page.getByRole('textbox', { name: 'Step name' });
  await expect(stepName).toBeFocused();
  await page.keyboard.type('Reserve');
  await page.getByRole('combobox', { name: 'Role', exact: true }).fill('IT Sup');
  await page.getByRole('option', { name: 'IT Support', exact: true }).click();
  await page.getByRole('textbox', { name: 'Instruction' }).fill('Reserve a projector for the day.');
  await press(page, 'Add End');
  await expect(stepName).toBeFocused();
  await page.keyboard.type('Handed out');
  const outline = page.getByRole('list', { name: 'Outline' });
  await expect(outline.getByRole('button')).toHaveText([/^Reserve/, 'Finish → Handed out', /^Handed out/]);
  await expect(page.getByText('Draft saved')).toBeVisible();

  // It does not say yet which tickets it serves: the finding leads to the field.
  await press(page, /Say which category of tickets/);
  const field = page.getByRole('combobox', { name: 'Category', exact: true });
  await expect(field).toBeFocused();
  await page.keyboard.type(category);
  for (const [priority, time] of [
    ['Urgent', '4h'],
    ['High', '8h'],
    ['Medium', '2d'],
    ['Low', '5d'],
  ] as const)
    await page.getByRole('textbox', { name: priority, exact: true }).fill(time);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await expect(page.getByText(/^0 errors/)).toBeVisible();

  await press(page, 'Deploy…');
  await expect(page.getByText('First deployment, as version 1.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy version 1' })).toBeEnabled();
  await press(page, 'Deploy version 1');
  await expect(page.getByText('Version 1 is live.')).toBeVisible();

  const headers = await headersOf(request, admin);
  const number = await createTicket(request, headers, {
    subject: 'Projector for the town hall',
    description: 'Tuesday, ten to noon.',
    category,
    department: 'IT Department',
    priority: 'High',
  });
  const { taskId } = await assigneeOf(request, headers, number);
  const task = await (await request.get(`/api/workflow/tasks/${taskId}/`, { headers })).json();
  expect(task.workflow.name).toBe(name);
  expect(task.current_step).toMatchObject({ name: 'Reserve', role: 'IT Support' });

  // The list of workflows stays as it was for whoever comes next.
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await expect(page.getByText('This workflow is archived', { exact: false })).toBeVisible();
});
