import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { Tooltip } from './Tooltip';

const setUp = () => {
  const user = userEvent.setup({ delay: null });
  render(
    <Tooltip title="Attach files">
      <button type="button">+</button>
    </Tooltip>,
  );
  return user;
};

test('says its word on hovering, describes the control meanwhile, and goes with the pointer', async () => {
  const user = setUp();
  await user.hover(screen.getByRole('button'));
  const word = await screen.findByRole('tooltip');
  expect(word.textContent).toBe('Attach files');
  expect(screen.getByRole('button').getAttribute('aria-describedby')).toBe(word.id);
  await user.unhover(screen.getByRole('button'));
  expect(screen.queryByRole('tooltip')).toBeNull();
});

test('Escape takes it away', async () => {
  const user = setUp();
  await user.hover(screen.getByRole('button'));
  await screen.findByRole('tooltip');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('tooltip')).toBeNull());
});
