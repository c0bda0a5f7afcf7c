import { queryOptions } from '@tanstack/react-query';
import { type ZipEntry, zipOf } from '@/lib/zip';
import { getData, http, type Page } from './client';
import { type Keys, postOnce } from './once';
import { toProblem } from './problem';
import type { Workflow, WorkflowInput } from './types';

/** Requesters of tickets: what is held about one, as a file or to be erased. */
export type Requester = Workflow<'FoundRequesterOut'>;
export type Erasure = Workflow<'ErasureOut'>;
type Subject = WorkflowInput<'SubjectInRequest'>;
type PersonData = Workflow<'RequesterDataOut'>;
type Part = Pick<PersonData, 'counts' | 'data'>;

/** Where each service says what it holds, and where its files are read. */
const SERVICES = {
  auth: '/auth/api/v1',
  messaging: '/messaging',
  notification_service: '/notification/api/v1',
  ticket_service: '/ticket',
} as const;
const FILES = { auth: '/auth', messaging: '/messaging', ticket_service: '/ticket' } as const;
type Other = keyof typeof SERVICES;

export interface Held {
  person: PersonData['person'];
  openTickets: string[];
  /** An erasure keeps accounts that are active. */
  activeAccounts: number;
  parts: Record<'workflow_api' | Other, Part>;
}

export const subjectOf = ({ source_service, requester_id, email }: Requester): Subject => ({
  source_service,
  requester_id,
  email,
});

export const privacyKeys = {
  all: ['privacy'] as const,
  erasures: ['privacy', 'erasures'] as const,
  requesters: (search: string) => ['privacy', 'requesters', search] as const,
  held: (subject: Subject) => ['privacy', 'held', subject] as const,
};

export const MIN_SEARCH = 3;

export const requestersQuery = (search: string) =>
  queryOptions({
    queryKey: privacyKeys.requesters(search),
    queryFn: ({ signal }) =>
      getData<Requester[]>('/workflow/privacy/requesters/', { params: { search }, signal }),
    enabled: search.length >= MIN_SEARCH,
  });

/** Whether a service has not confirmed the pass under way. */
export const isWaiting = (erasure: Erasure) => erasure.completed_at === null && erasure.next_pass_at === null;

/** Whether somebody is to be asked again: who has not confirmed, or auth about accounts that were active. */
export const canResend = (erasure: Erasure) =>
  isWaiting(erasure) || (erasure.completed_at === null && erasure.kept_accounts > 0);

/** While a service has not confirmed, they are asked for again. */
export const erasuresQuery = () =>
  queryOptions({
    queryKey: privacyKeys.erasures,
    queryFn: ({ signal }) =>
      getData<Page<Erasure>>('/workflow/privacy/erasures/', { params: { page_size: 50 }, signal }),
    refetchInterval: (query) => (query.state.data?.results.some(isWaiting) ? 3_000 : false),
  });

export const heldQuery = (subject: Subject) =>
  queryOptions({
    queryKey: privacyKeys.held(subject),
    queryFn: () => readHeld(subject),
    staleTime: 0,
    gcTime: 0,
  });

/** What every service holds. One that does not answer fails the whole: half of it would look like all. */
async function readHeld(subject: Subject): Promise<Held> {
  const { person, open_tickets, counts, data } = (
    await http.post<PersonData>('/workflow/privacy/person/', subject)
  ).data;
  const ask = async (service: Other): Promise<Part> =>
    (await http.post<Part>(`${SERVICES[service]}/privacy/person/`, person)).data;
  const [auth, messaging, notification_service, ticket_service] = await Promise.all([
    ask('auth'),
    ask('messaging'),
    ask('notification_service'),
    ask('ticket_service'),
  ]);
  return {
    person,
    openTickets: open_tickets,
    activeAccounts: (auth.data.accounts ?? []).filter((account) => account.is_active).length,
    parts: { workflow_api: { counts, data }, auth, messaging, notification_service, ticket_service },
  };
}

/** One ZIP file: the rows of each service as JSON, and the files that the person sent. */
export async function exportHeld(held: Held): Promise<Blob> {
  const entries: ZipEntry[] = [jsonEntry('person.json', held.person)];
  for (const [service, part] of Object.entries(held.parts)) {
    entries.push(jsonEntry(`${service}.json`, part.data));
  }
  const missing: string[] = [];
  for (const service of ['auth', 'messaging', 'ticket_service'] as const) {
    for (const file of held.parts[service].data.files ?? []) {
      const name = `files/${service}/${file.id}-${String(file.file_name).replaceAll(/[\\/]/g, '_')}`;
      try {
        entries.push({ name, content: await readFile(`${FILES[service]}${file.url}`) });
      } catch (error) {
        // Lost with a disk: the record of it is exported.
        if (toProblem(error).code !== 'file_gone') throw error;
        missing.push(name);
      }
    }
  }
  if (missing.length > 0) entries.push(jsonEntry('files-not-stored-any-more.json', missing));
  return zipOf(entries);
}

async function readFile(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await http.get<ArrayBuffer>(url, { responseType: 'arraybuffer', timeout: 120_000 });
  return new Uint8Array(answer.data);
}

function jsonEntry(name: string, value: unknown): ZipEntry {
  return { name, content: new TextEncoder().encode(JSON.stringify(value, null, 2)) };
}

export function erasePerson(input: WorkflowInput<'ErasureInRequest'>, keys: Keys): Promise<Erasure> {
  return postOnce<Erasure>('/workflow/privacy/erasures/', input, keys);
}

export function resendErasure(id: number): Promise<Erasure> {
  return postOnce<Erasure>(`/workflow/privacy/erasures/${id}/resend/`, {});
}
