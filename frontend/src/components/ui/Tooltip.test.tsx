import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { Tooltip } from './Tooltip';

describe('Tooltip', () => {
  it('shows its text while the pointer rests on the element or on the text, and describes the element', async () => {
    const user = userEvent.setup();
    const onClick = vi.fn();
    render(
      <Tooltip title="Sends the reply">
        <button type="button" onClick={onClick}>
          Send
        </button>
      </Tooltip>,
    );
    const button = screen.getByRole('button');
    await user.hover(button);
    const tip = await screen.findByRole('tooltip');
    expect(tip.textContent).toBe('Sends the reply');
    expect(screen.getByRole('button', { description: 'Sends the reply' })).toBe(button);
    await user.hover(tip);
    await new Promise((done) => setTimeout(done, 300));
    expect(screen.getByRole('tooltip')).toBe(tip);
    await user.unhover(tip);
    await waitFor(() => expect(screen.queryByRole('tooltip')).toBeNull());
    // It is the same button all the while: a click is never lost to it.
    await user.click(button);
    expect(screen.getByRole('button')).toBe(button);
    expect(onClick).toHaveBeenCalledOnce();
  });

  it('comes with the keyboard and goes with Escape', async () => {
    const user = userEvent.setup();
    render(
      <Tooltip title="Attach a file">
        <button type="button" aria-label="Attach a file">
          +
        </button>
      </Tooltip>,
    );
    await user.tab();
    await screen.findByRole('tooltip');
    // Its name says it already.
    expect(screen.getByRole('button').getAttribute('aria-describedby')).toBeNull();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('tooltip')).toBeNull();
  });
});
