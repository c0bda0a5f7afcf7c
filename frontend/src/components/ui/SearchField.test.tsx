import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, Link, RouterProvider } from 'react-router-dom';
import { expect, test } from 'vitest';
import { useUrlFilters } from '@/lib/useUrlFilters';
import { SearchField } from './SearchField';

function ListPage() {
  const filters = useUrlFilters();
  return (
    <>
      <SearchField
        label="Search"
        value={filters.text('search')}
        onChange={(search) => filters.change({ search })}
      />
      <Link to="/ticket">A row</Link>
    </>
  );
}

const TicketPage = () => <h1>Ticket</h1>;

function renderList(pageTakesMs: number) {
  const router = createMemoryRouter(
    [
      { path: '/', Component: ListPage },
      {
        path: '/ticket',
        lazy: async () => {
          await new Promise((done) => setTimeout(done, pageTakesMs));
          return { Component: TicketPage };
        },
      },
    ],
    { initialEntries: ['/'] },
  );
  render(<RouterProvider router={router} />);
  return router;
}

test('what is typed gets into the address once it settles', async () => {
  const router = renderList(0);
  await userEvent.type(screen.getByRole('searchbox'), 'toner');
  await expect.poll(() => router.state.location.search).toBe('?search=toner');
});

test('a click on a row right after typing opens it, however long its page takes to load', async () => {
  const router = renderList(600);
  await userEvent.type(screen.getByRole('searchbox'), 'toner');
  await userEvent.click(screen.getByRole('link', { name: 'A row' }));
  await screen.findByRole('heading', { name: 'Ticket' });
  expect(router.state.location.pathname).toBe('/ticket');
});
