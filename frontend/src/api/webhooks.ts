import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages, getData, http, type Page } from './client';
import type { NotificationInput, Notifications } from './types';

/** Addresses outside that are told of tickets, and what became of each event. */
export type Webhook = Notifications<'EndpointOut'>;
export type NewWebhook = Notifications<'EndpointWithSecretOut'>;
export type WebhookDelivery = Notifications<'DeliveryOut'>;
export type WebhookInput = NotificationInput<'EndpointInRequest'>;

export const WEBHOOK_EVENTS = [
  'ticket.created',
  'ticket.assigned',
  'ticket.transitioned',
  'ticket.updated',
  'ticket.priority_changed',
  'ticket.escalated',
  'ticket.held',
  'ticket.resumed',
  'ticket.at_risk',
  'ticket.breached',
  'ticket.closed',
  'ticket.reopened',
] as const satisfies Notifications<'WebhookEventType'>[];
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const URL = '/notification/api/v1/webhooks/';

export const webhookKeys = {
  all: ['webhooks'] as const,
  log: (id: number) => ['webhooks', id, 'log'] as const,
};

export const webhooksQuery = () =>
  queryOptions({
    queryKey: webhookKeys.all,
    queryFn: ({ signal }) => allPages<Webhook>(URL, {}, signal),
  });

/** While something waits, the log is asked for again: a test is answered within moments. */
export const webhookLogQuery = (id: number) =>
  queryOptions({
    queryKey: webhookKeys.log(id),
    queryFn: ({ signal }) =>
      getData<Page<WebhookDelivery>>(`${URL}${id}/deliveries/`, { params: { page_size: 50 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data?.results.some((delivery) => delivery.status === 'waiting') ? 2_000 : false,
  });

export async function createWebhook(input: WebhookInput): Promise<NewWebhook> {
  return (await http.post(URL, input)).data;
}

export async function changeWebhook(id: number, changes: Partial<WebhookInput>): Promise<Webhook> {
  return (await http.patch(`${URL}${id}/`, changes)).data;
}

export async function deleteWebhook(id: number): Promise<void> {
  await http.delete(`${URL}${id}/`);
}

export async function rotateWebhookSecret(id: number): Promise<NewWebhook> {
  return (await http.post(`${URL}${id}/rotate-secret/`)).data;
}

export async function testWebhook(id: number): Promise<WebhookDelivery> {
  return (await http.post(`${URL}${id}/test/`)).data;
}

export async function replayWebhook(id: number, deliveryId: number): Promise<WebhookDelivery> {
  return (await http.post(`${URL}${id}/deliveries/${deliveryId}/replay/`)).data;
}
