import { HttpResponse, http } from 'msw';
import type { Profile } from '@/api/account';
import type { CannedReply, TeamRole } from '@/api/cannedReplies';
import type { Comment } from '@/api/comments';
import type { TaskDetail, TaskRow } from '@/api/tasks';
import type { TicketDetail } from '@/api/tickets';
import type { Person } from '@/api/types';
import type { Graph } from '@/api/workflows';

/** The people of the story, the ticket they work on, and a server that knows them. */

export const agent: Person = { user_id: 7, full_name: 'Ines Costa' };
export const colleague: Person = { user_id: 8, full_name: 'Peter Novak' };
export const NUMBER = 'TX20261122000001';

export function accessToken(person: Person, ttsRoles: string[] = ['Agent', 'IT Support']): string {
  const issued = Math.floor(Date.now() / 1000);
  const claims = {
    user_id: person.user_id,
    username: 'ines.costa',
    email: 'ines.costa@example.com',
    full_name: person.full_name,
    roles: { tts: ttsRoles },
    iat: issued,
    exp: issued + 900,
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.signature`;
}

export function problem(status: number, code: string, detail: string, headers?: Record<string, string>) {
  const type = status >= 500 ? 'server_error' : 'client_error';
  return HttpResponse.json({ type, errors: [{ code, detail, attr: null }] }, { status, headers });
}

export function page<T>(results: T[]) {
  return HttpResponse.json({ count: results.length, next: null, previous: null, results });
}

export function taskRow(changes: Partial<TaskRow> = {}): TaskRow {
  return {
    id: 1,
    ticket_number: NUMBER,
    subject: 'Laptop will not start',
    status: 'in_progress',
    priority: 'high',
    version: 4,
    workflow: { id: 2, name: 'IT Support Request' },
    workflow_version: 1,
    current_step: { id: 11, name: 'Resolve', role: 'IT Support' },
    assignee: agent,
    is_assignee_away: false,
    owner: colleague,
    sla: {
      state: 'on_track',
      due_at: new Date(Date.now() + 7_200_000).toISOString(),
      at_risk_at: null,
      remaining_seconds: 7200,
      paused: false,
    },
    requester: 'Olga Berg',
    category: 'IT Support',
    department: 'IT Department',
    step_due_at: null,
    step_since: null,
    needs_lead: false,
    created_at: '2026-11-22T08:00:00Z',
    updated_at: '2026-11-22T08:00:00Z',
    closed_at: null,
    closed_by: null,
    hold: null,
    answered_at: null,
    ...changes,
  };
}

export function taskDetail(changes: Partial<TaskDetail> = {}): TaskDetail {
  return {
    ...taskRow(),
    cycle: 1,
    continues_task_id: null,
    move_offer: null,
    matched_by: 'category_department',
    decision_problem: null,
    current_step: { id: 11, key: 11, name: 'Resolve', role: 'IT Support', role_id: 1, kind: 'action' },
    sla: {
      state: 'on_track',
      due_at: new Date(Date.now() + 7_200_000).toISOString(),
      at_risk_at: null,
      remaining_seconds: 7200,
      paused: false,
      target_seconds: 28_800,
      used_seconds: 21_600,
      breached_at: null,
    },
    ticket: {
      id: 5,
      ticket_number: NUMBER,
      subject: 'Laptop will not start',
      description: 'It beeps twice.',
      category: 'IT Support',
      sub_category: '',
      department: 'IT Department',
      priority: 'high',
      requester: { id: '', name: 'Olga Berg', email: 'olga.berg@example.com' },
      source_service: 'hdts',
      source_status: '',
      submitted_at: null,
      received_at: '2026-11-22T08:00:01Z',
    },
    available_actions: ['hold', 'release', 'transfer', 'escalate'],
    instruction: 'Find out what is wrong.',
    approval: null,
    handoff: null,
    why: null,
    visit_sla: null,
    in_pool_since: null,
    workflow_version_id: 3,
    available_transitions: [
      {
        id: 21,
        name: 'Resolve',
        outcome: 'forward',
        requires_comment: false,
        to_step: { id: 12, name: 'Done', role: null },
      },
      {
        id: 22,
        name: 'Send back',
        outcome: 'return',
        requires_comment: true,
        to_step: { id: 10, name: 'Triage', role: 'IT Support' },
      },
    ],
    ...changes,
  };
}

export function ticketDetail(changes: Partial<TicketDetail> = {}): TicketDetail {
  return {
    id: 5,
    ticket_number: NUMBER,
    subject: 'Laptop will not start',
    description: 'It beeps twice.',
    category: 'IT Support',
    sub_category: '',
    department: 'IT Department',
    priority: 'high',
    source_service: 'hdts',
    source_number: '',
    source_status: '',
    source_version: null,
    unmatched_detail: null,
    updated_at: '2026-11-22T08:00:00Z',
    requester: { name: 'Olga Berg', email: 'olga.berg@example.com' },
    attachments: [],
    fields: {},
    intake_state: 'matched',
    unmatched_reason: '',
    submitted_at: '2026-11-22T08:00:00Z',
    received_at: '2026-11-22T08:00:01Z',
    task: {
      id: 1,
      status: 'in_progress',
      cycle: 1,
      matched_by: 'category_department',
      workflow: { id: 2, name: 'IT Support Request' },
    },
    ...changes,
  };
}

export const graph: Graph = {
  steps: [
    step(10, 'Triage', 'done'),
    step(11, 'Resolve', 'current'),
    { ...step(12, 'Done', 'next'), is_end: true },
  ],
  transitions: [
    edge(20, 'Hand on', 10, 11),
    edge(21, 'Resolve', 11, 12),
    { ...edge(22, 'Send back', 11, 10), outcome: 'return' },
  ],
};

function step(id: number, name: string, state: 'done' | 'current' | 'next'): Graph['steps'][number] {
  return {
    id,
    name,
    kind: 'action',
    role: 'IT Support',
    escalate_to: null,
    instruction: `How to ${name.toLowerCase()}.`,
    is_start: id === 10,
    is_end: false,
    state,
  };
}

function edge(id: number, name: string, from: number, to: number): Graph['transitions'][number] {
  return { id, name, outcome: 'forward', requires_comment: false, from_step: from, to_step: to };
}

export function comment(id: number, changes: Partial<Comment> = {}): Comment {
  return {
    id,
    ticket_id: NUMBER,
    author: colleague,
    outside_author: null,
    text: `comment ${id}`,
    visibility: 'internal',
    parent_id: null,
    rating: { up: 0, down: 0, mine: null },
    mentions: [],
    attachments: [],
    created_at: `2026-11-22T09:00:${String(id).padStart(2, '0')}Z`,
    edited_at: null,
    deleted_at: null,
    seq: id,
    client_id: null,
    ...changes,
  };
}

/** A signed-in browser and quiet services; each test overrides what it is about. */
export function quietServices(roles?: string[]) {
  return [
    http.get('/api/auth/oidc/providers/', () => HttpResponse.json({ providers: [] })),
    http.post('/api/auth/token/refresh/', () =>
      HttpResponse.json({ access: accessToken(agent, roles), expires_in: 900 }),
    ),
    http.get('/api/notification/api/v2/notifications/inapp/unread-count/', () =>
      HttpResponse.json({ unread_count: 0 }),
    ),
    http.get('/api/notification/api/v2/notifications/inapp/', () => page([])),
    http.get('/api/workflow/tasks/', () => page([])),
    http.get('/api/workflow/workflows/', () => page([])),
    http.get('/api/workflow/reminders/', () => page([])),
    http.get('/api/messaging/comments/', () => page([])),
    http.get('/api/messaging/tickets/:number/read-state/', () =>
      HttpResponse.json({ last_read_seq: 0, unread_comments: 0 }),
    ),
    http.put('/api/messaging/tickets/:number/read-state/', () =>
      HttpResponse.json({ last_read_seq: 0, unread_comments: 0 }),
    ),
    http.get('/api/messaging/tickets/:number/participants/', () =>
      HttpResponse.json([agent, colleague].map((person) => ({ ...person, relation: 'team' }))),
    ),
    http.get('/api/auth/api/v1/users/me/', () => HttpResponse.json(profile())),
    http.get('/api/auth/api/v1/users/me/passkeys/', () => page([])),
    http.get('/api/auth/api/v1/users/me/password/', () =>
      HttpResponse.json({ has_password: true, is_allowed: true }),
    ),
  ];
}

export function profile(changes: Partial<Profile> = {}): Profile {
  return {
    id: 70,
    user_id: agent.user_id,
    email: 'ines.costa@example.com',
    username: 'ines.costa',
    first_name: 'Ines',
    middle_name: '',
    last_name: 'Costa',
    suffix: '',
    phone_number: '',
    time_zone: 'UTC',
    language: '',
    full_name: agent.full_name,
    department: 'IT Department',
    company_id: 'E-1007',
    avatar_url: '',
    is_active: true,
    is_locked: false,
    locked_until: null,
    has_password: true,
    can_sign_in: true,
    otp_method: 'none',
    passkeys: 0,
    last_login: '2026-11-22T07:55:00Z',
    date_joined: '2026-01-05T08:00:00Z',
    version: 3,
    roles: { tts: ['Agent', 'IT Support'] },
    ...changes,
  };
}

export function signedOutServices() {
  return [
    http.post('/api/auth/token/refresh/', () => problem(401, 'token_invalid', 'No refresh token came.')),
    http.get('/api/auth/oidc/providers/', () => HttpResponse.json({ providers: [] })),
  ];
}

export function cannedReply(id: number, changes: Partial<CannedReply> = {}): CannedReply {
  return {
    id,
    title: `reply ${id}`,
    text: `text ${id}`,
    scope: 'own',
    role_id: null,
    is_active: true,
    placeholders: [],
    author: agent,
    version: 1,
    created_at: '2026-11-22T08:00:00Z',
    updated_at: '2026-11-22T08:00:00Z',
    updated_by: agent,
    ...changes,
  };
}

export function teamRole(id: number, name: string, lead: Person | null = null): TeamRole {
  const member = {
    ...colleague,
    user_system_role_id: id,
    is_away: false,
    away_until: null,
    capacity: null,
    assigned_at: '2026-01-05T08:00:00Z',
    version: 1,
  };
  return { id, name, lead, members: [member] };
}
