import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router-dom';
import { expect, test, vi } from 'vitest';
import '@/i18n';
import { FormDialog } from './FormDialog';

function open(staysOpen: boolean) {
  const onClose = vi.fn();
  const dialog = <FormDialog title="Results" submit="" staysOpen={staysOpen} onClose={onClose} />;
  render(<RouterProvider router={createMemoryRouter([{ path: '/', element: dialog }])} />);
  return onClose;
}

const beside = () => screen.getByRole('dialog', { name: 'Results' }).parentElement as HTMLElement;

test('a click beside a dialog closes it, unless its offers would be lost', async () => {
  const user = userEvent.setup();
  const closed = open(false);
  await user.click(beside());
  expect(closed).toHaveBeenCalledOnce();
});

test('one that stays open is closed by Escape and its button alone', async () => {
  const user = userEvent.setup();
  const closed = open(true);
  await user.click(beside());
  expect(closed).not.toHaveBeenCalled();
  await user.keyboard('{Escape}');
  expect(closed).toHaveBeenCalledOnce();
  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(closed).toHaveBeenCalledTimes(2);
});
