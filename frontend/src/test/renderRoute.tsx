import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter } from 'react-router-dom';
import { App } from '@/App';
import { makeQueryClient } from '@/api/queryClient';
import { routes } from '@/routes/routes';

/** The whole application at one address, as a browser would open it. */
export function renderRoute(address: string) {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  // No pause between key strokes: on a busy machine each would wait its turn.
  const user = userEvent.setup({ delay: null });
  const client = makeQueryClient();
  const view = render(<App queryClient={client} router={router} />);
  return {
    ...view,
    router,
    user,
    client,
    address: () => `${router.state.location.pathname}${router.state.location.search}`,
  };
}
