import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter } from 'react-router-dom';
import { App } from '@/App';
import { makeQueryClient } from '@/api/queryClient';
import { routes } from '@/routes/routes';

type Declaration = { type: string; props: string | string[]; value: string; return: string };

/**
 * The styles, but only what decides whether something is there for a person: jsdom has no layout, and computes every
 * declaration anew for each element that a query by role looks at.
 */
const styles = createCache({
  key: 'css',
  stylisPlugins: [
    (element: Declaration) => {
      if (element.type === 'decl' && !/^(display|visibility|pointer-events)$/.test(String(element.props))) {
        element.value = '';
        element.return = '';
      }
    },
  ],
});

/** The whole application at one address, as a browser would open it. */
export function renderRoute(address: string) {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  // No pause between key strokes: on a busy machine each would wait its turn.
  const user = userEvent.setup({ delay: null });
  const client = makeQueryClient();
  const view = render(
    <CacheProvider value={styles}>
      <App queryClient={client} router={router} />
    </CacheProvider>,
  );
  return {
    ...view,
    router,
    user,
    client,
    address: () => `${router.state.location.pathname}${router.state.location.search}`,
  };
}
