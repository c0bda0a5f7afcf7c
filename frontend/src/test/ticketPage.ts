import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import type { Comment } from '@/api/comments';
import type { TimelineEvent } from '@/api/tasks';
import { FakeSocket } from './FakeSocket';
import { graph, NUMBER, page, quietServices, taskDetail, ticketDetail } from './fixtures';
import { renderRoute } from './renderRoute';
import { server } from './server';

/** The clock of a ticket that is on time, as the service explains it. */
export const clock = {
  state: 'on_track',
  due_at: '2026-11-22T18:00:00Z',
  remaining_seconds: 7200,
  target_seconds: 28800,
  elapsed_seconds: 21600,
  started_at: '2026-11-22T08:00:00Z',
  at_risk_at: null,
  intervals: [],
};

/** What the page of one ticket asks for; its task, comments and timeline are read anew at every call. */
export function serveTicket({
  task = taskDetail,
  comments = () => [],
  events = () => [],
}: {
  task?: () => ReturnType<typeof taskDetail>;
  comments?: () => Comment[];
  events?: () => TimelineEvent[];
}) {
  server.use(...quietServices());
  server.use(
    http.get(`/api/workflow/tickets/${NUMBER}/`, () => HttpResponse.json(ticketDetail())),
    http.get('/api/workflow/tasks/1/', () => HttpResponse.json(task())),
    http.get('/api/workflow/tasks/1/timeline/', () => page(events())),
    http.get('/api/workflow/tasks/1/graph/', () => HttpResponse.json(graph)),
    http.get('/api/workflow/tasks/1/sla/', () => HttpResponse.json({ task: clock, visit: null })),
    http.get('/api/messaging/comments/', () => page(comments())),
  );
}

export async function openTicket() {
  const view = renderRoute(`/tickets/${NUMBER}`);
  await screen.findByRole('heading', { name: 'Laptop will not start' });
  return view;
}

/** The socket of the ticket's conversation. */
export function conversation() {
  return FakeSocket.to(`/ws/comments/${NUMBER}/`);
}
