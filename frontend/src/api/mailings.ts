import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages, http, type Page } from './client';
import type { Person } from './types';

/** The wording of notices, and what became of every mail. */

export interface TemplateParts {
  subject: string;
  body_text: string;
  body_html: string;
  inapp_message: string;
}

export interface TemplateRow extends TemplateParts {
  id: number;
  notification_type: string;
  label: string;
  version: number;
  edited_by: Person | null;
  updated_at: string;
}

export interface TemplateVariable {
  name: string;
  description: string;
  sample: string;
  is_required: boolean;
  is_secret: boolean;
}

export interface Template extends TemplateRow {
  variables: TemplateVariable[];
}

export interface TemplateVersion extends TemplateParts {
  version: number;
  edited_by: Person | null;
  created_at: string;
}

export interface Preview {
  subject: string;
  text: string;
  html: string;
  inapp_message: string;
}

const TEMPLATES = '/notification/api/v1/notifications/templates/';

export const mailingKeys = {
  templates: ['mailings', 'templates'] as const,
  template: (id: number) => ['mailings', 'template', id] as const,
  deliveries: ['mailings', 'deliveries'] as const,
};

export const templatesQuery = () =>
  queryOptions({
    queryKey: mailingKeys.templates,
    queryFn: ({ signal }) => allPages<TemplateRow>(TEMPLATES, {}, signal),
  });

export const templateQuery = (id: number) =>
  queryOptions({
    queryKey: mailingKeys.template(id),
    queryFn: async ({ signal }) => (await http.get<Template>(`${TEMPLATES}${id}/`, { signal })).data,
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

export const DELIVERY_STATUSES = ['queued', 'retrying', 'sent', 'failed', 'skipped'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface DeliveryRow {
  id: number;
  event_id: string;
  notification_type: string;
  channel: string;
  user_id: number | null;
  email: string;
  subject: string;
  status: DeliveryStatus;
  reason: string;
  last_error: string;
  attempts: number;
  due_at: string | null;
  created_at: string;
  sent_at: string | null;
}

export interface Delivery extends DeliveryRow {
  template_version: number | null;
  body_text: string;
  body_html: string;
  log: { id: number; status: string; reason: string; detail: string; attempt: number; at: string }[];
}

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
    queryFn: async ({ signal }) => (await http.get<Delivery>(`${HISTORY}${id}/`, { signal })).data,
  });

export async function retryDelivery(id: number): Promise<Delivery> {
  return (await http.post(`${HISTORY}${id}/retry/`)).data;
}
