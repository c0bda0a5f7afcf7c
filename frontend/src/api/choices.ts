import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getData, type Page } from './client';
import type { NamedRef, Workflow } from './types';

/** What can be chosen from a list of the server that may be of any length: searched and read there, page by page. */

export interface Option {
  value: string;
  label: string;
  /** It was deleted, archived or switched off since it was chosen. */
  isGone?: boolean;
  /** Of a role: how many people hold it. */
  members?: number;
}

export interface Source {
  /**
   * Begins with the key of what it lists, so that a change of that is seen here too. Written out: the parts of the
   * application that hold those keys may come later than this one.
   */
  key: readonly unknown[];
  find: (search: string, page: number, signal: AbortSignal) => Promise<Page<Option>>;
  /** What a value that is chosen already is called. */
  one: (value: string, signal: AbortSignal) => Promise<Option>;
}

const PAGE_SIZE = 50;

interface Listed<Row> {
  key: readonly unknown[];
  url: string;
  /** Leaves out what may not be chosen any more. */
  params: object;
  toOption: (row: Row) => Option;
}

/** A list whose rows are read by their ids. */
function byId<Row>({ key, url, params, toOption }: Listed<Row>): Source {
  return {
    key: [...key, 'choices', params],
    find: async (search, page, signal) => {
      const asked = { ...params, search: search || undefined, page, page_size: PAGE_SIZE };
      const answer = await getData<Page<Row>>(url, { params: asked, signal });
      return { ...answer, results: answer.results.map(toOption) };
    },
    one: async (value, signal) =>
      toOption(await getData<Row>(`${url}${encodeURIComponent(value)}/`, { signal })),
  };
}

type RoleRow = NamedRef & { is_active: boolean; members: unknown[] };

const ROLES = { url: '/workflow/roles/', params: { system: 'tts', is_active: true } };

export const roleChoices: Source = byId<RoleRow>({
  key: ['access', 'roles'],
  ...ROLES,
  toOption: (role) => ({ value: String(role.id), label: role.name, isGone: role.is_active === false }),
});

const namedRole = ({ name, members }: RoleRow): Option => ({
  value: name,
  label: name,
  members: members.length,
});

/** Steps name their role. */
export const roleNameChoices: Source = {
  ...byId<RoleRow>({
    key: ['access', 'roles', 'named'],
    ...ROLES,
    toOption: namedRole,
  }),
  one: async (name, signal) => {
    const params = { ...ROLES.params, name };
    const { results } = await getData<Page<RoleRow>>(ROLES.url, { params, signal });
    const role = results.find((each) => each.name === name);
    return role ? namedRole(role) : { value: name, label: name, isGone: true };
  },
};

type WorkflowRow = NamedRef & { is_archived?: boolean };

const workflows = (params: { status?: 'deployed' }) =>
  byId<WorkflowRow>({
    key: ['workflows'],
    url: '/workflow/workflows/',
    params,
    toOption: ({ id, name, is_archived = false }) => ({
      value: String(id),
      label: name,
      isGone: is_archived,
    }),
  });

/** Archived workflows are in no list of the server unless they are asked for. */
export const workflowChoices = workflows({});
export const deployedChoices = workflows({ status: 'deployed' });

export const calendarChoices: Source = byId<NamedRef & { time_zone: string }>({
  key: ['calendars'],
  url: '/workflow/calendars/',
  params: {},
  toOption: ({ id, name, time_zone }) => ({ value: String(id), label: `${name} (${time_zone})` }),
});

interface PersonRow {
  user_id: number;
  full_name: string;
  is_active: boolean;
}

/** People who can sign in and work, of one role. */
export function workersOf(role: number | undefined): Source {
  return byId<PersonRow>({
    key: ['people', 'workers'],
    url: '/workflow/people/',
    params: { role, can_work: true },
    toOption: (person) => ({
      value: String(person.user_id),
      label: person.full_name,
      isGone: person.is_active === false,
    }),
  });
}

export const workerChoices = workersOf(undefined);

/** Accounts of every kind, also of people who work on no tickets. */
export const accountChoices: Source = byId<PersonRow>({
  key: ['people'],
  url: '/auth/api/v1/users/',
  params: { is_active: true },
  toOption: (person) => ({
    value: String(person.user_id),
    label: person.full_name,
    isGone: person.is_active === false,
  }),
});

/** The values that a filter of tasks can have: those of the tickets that the person may see. */
function valuesOf(field: 'category' | 'department' | 'requester'): Source {
  type Row = Workflow<'ChoiceOut'>;
  const url = '/workflow/tasks/choices/';
  return {
    key: ['tasks', 'choices', field],
    find: async (search, page, signal) => {
      const asked = { field, search: search || undefined, page, page_size: PAGE_SIZE };
      const answer = await getData<Page<Row>>(url, { params: asked, signal });
      // The hint tells people of one name apart.
      const label = (row: Row) =>
        row.hint && row.hint !== row.label ? `${row.label} (${row.hint})` : row.label;
      return { ...answer, results: answer.results.map((row) => ({ value: row.value, label: label(row) })) };
    },
    one: async (value, signal) => {
      if (field !== 'requester') return { value, label: value };
      const { results } = await getData<Page<Row>>(url, { params: { field, value }, signal });
      return { value, label: results[0]?.label ?? value, isGone: results.length === 0 };
    },
  };
}

export const categoryChoices = valuesOf('category');
export const departmentChoices = valuesOf('department');
export const requesterChoices = valuesOf('requester');

export const foundQuery = (source: Source, search: string) =>
  infiniteQueryOptions({
    queryKey: [...source.key, 'found', search],
    queryFn: ({ pageParam, signal }) => source.find(search, pageParam, signal),
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (last.next ? pages.length + 1 : undefined),
    staleTime: 30_000,
  });

export const chosenQuery = (source: Source, value: string) =>
  queryOptions({
    queryKey: [...source.key, 'chosen', value],
    queryFn: ({ signal }) => source.one(value, signal),
    staleTime: 60_000,
  });
