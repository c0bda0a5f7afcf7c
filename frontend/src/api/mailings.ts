import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages, getData, http, type Page } from './client';
import type { Notifications } from './types';

/** The wording of notices, and what became of every mail. */

export type TemplateParts = Pick<TemplateRow, 'subject' | 'body_text' | 'body_html' | 'inapp_message'>;

export type TemplateLanguage = TemplateRow['language'];

export type TemplateRow = Notifications<'TemplateRow'>;

export type TemplateVariable = Notifications<'VariableOut'>;

export type Template = Notifications<'TemplateOut'>;

export type TemplateVersion = Notifications<'TemplateVersionOut'>;

export type Preview = Notifications<'PreviewOut'>;

const TEMPLATES = '/notification/api/v1/notifications/templates/';

export const mailingKeys = {
  templates: ['mailings', 'templates'] as const,
  template: (id: number) => ['mailings', 'template', id] as const,
  deliveries: ['mailings', 'deliveries'] as const,
};

export const templatesQuery = (language: TemplateLanguage) =>
  queryOptions({
    queryKey: [...mailingKeys.templates, language],
    queryFn: ({ signal }) => allPages<TemplateRow>(TEMPLATES, { language }, signal),
  });

export const templateQuery = (id: number) =>
  queryOptions({
    queryKey: mailingKeys.template(id),
    queryFn: ({ signal }) => getData<Template>(`${TEMPLATES}${id}/`, { signal }),
  });

export const templateVersionsQuery = (id: number) =>
  queryOptions({
    queryKey: [...mailingKeys.template(id), 'versions'],
    queryFn: ({ signal }) => allPages<TemplateVersion>(`${TEMPLATES}${id}/versions/`, {}, signal),
  });

export async function changeTemplate(
  id: number,
  changes: TemplateParts & { version: number },
): Promise<Template> {
  return (await http.patch(`${TEMPLATES}${id}/`, changes)).data;
}

export async function previewTemplate(id: number, parts: TemplateParts): Promise<Preview> {
  return (await http.post(`${TEMPLATES}${id}/preview/`, parts)).data;
}

export async function restoreTemplate(id: number, version: number): Promise<Template> {
  return (await http.post(`${TEMPLATES}${id}/restore/`, { version })).data;
}

export const DELIVERY_STATUSES = [
  'queued',
  'retrying',
  'sent',
  'failed',
  'parked',
  'skipped',
] as const satisfies DeliveryStatus[];
export type DeliveryStatus = Notifications<'NotificationStatus'>;

export type DeliveryRow = Notifications<'NotificationRow'>;

export type Delivery = Notifications<'NotificationOut'>;

export interface DeliveryParams {
  status?: string[];
  notification_type?: string[];
  search?: string;
  page?: number;
}

export const DELIVERY_PAGE_SIZE = 25;
const HISTORY = '/notification/api/v1/notifications/history/';

export const deliveriesQuery = (params: DeliveryParams) =>
  queryOptions({
    queryKey: [...mailingKeys.deliveries, params],
    queryFn: async ({ signal }) => {
      const search = new URLSearchParams({ page_size: String(DELIVERY_PAGE_SIZE) });
      for (const [name, value] of Object.entries(params)) {
        for (const each of Array.isArray(value) ? value : [value]) {
          if (each) search.append(name, String(each));
        }
      }
      return (await http.get<Page<DeliveryRow>>(HISTORY, { params: search, signal })).data;
    },
    placeholderData: keepPreviousData,
  });

export const deliveryQuery = (id: number) =>
  queryOptions({
    queryKey: [...mailingKeys.deliveries, 'one', id],
    queryFn: ({ signal }) => getData<Delivery>(`${HISTORY}${id}/`, { signal }),
  });

export async function retryDelivery(id: number): Promise<Delivery> {
  return (await http.post(`${HISTORY}${id}/retry/`)).data;
}
