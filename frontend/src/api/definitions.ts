import { queryOptions } from '@tanstack/react-query';
import { http, type Page } from './client';
import type { NamedRef, Outcome, Person } from './types';
import { type GraphEdge, type GraphStep, type WorkflowRow, workflowKeys } from './workflows';

/** Definitions of workflows as the designer edits them: drafts, findings, versions and the moves of their life. */

export type Move = 'initialize' | 'deploy' | 'pause' | 'resume' | 'archive';
export type Assignment = 'round_robin' | 'least_loaded' | 'claim';

export interface WorkflowDetail extends WorkflowRow {
  description: string;
  is_archived: boolean;
  at_risk_percent: number;
  calendar: NamedRef | null;
  coordinator_role: { id: number | null; name: string } | null;
  edit_version: number;
  legal_moves: Move[];
  is_waiting_for_roles: boolean;
}

export interface Approval {
  required?: number;
  mode?: 'count' | 'percent';
}

export interface DraftStepDocument extends GraphStep {
  description: string;
  role_id: number | null;
  escalate_to_id: number | null;
  assignment: Assignment;
  weight: string;
  approval: Approval;
  end_status: '' | 'completed' | 'rejected';
  return_cap: number;
  position: { x?: number; y?: number };
  order: number;
}

export type Condition =
  | { field: string; op: string; value?: unknown }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

export interface DraftEdgeDocument extends GraphEdge {
  requires_comment: boolean;
  is_automatic: boolean;
  condition: Condition | null;
  order: number;
}

export interface DraftGraphDocument {
  workflow: number;
  edit_version: number;
  status: string;
  has_undeployed_changes: boolean;
  steps: DraftStepDocument[];
  transitions: DraftEdgeDocument[];
}

/** What is stored: new parts bear a text as their id, and the answer says what it became. */
export interface GraphInput {
  edit_version: number;
  steps: (Omit<Partial<DraftStepDocument>, 'id'> & { id: number | string; name: string })[];
  transitions: {
    id: number | string;
    from_step: number | string;
    to_step: number | string;
    name: string;
    outcome: Outcome;
    requires_comment: boolean;
    is_automatic: boolean;
    condition: Condition | null;
    order: number;
  }[];
}

export interface SavedGraph extends DraftGraphDocument {
  id_map: Record<string, number>;
}

export interface Finding {
  severity: 'error' | 'warning';
  code: string;
  message: string;
  step_id: number | null;
  transition_id: number | null;
  field: string | null;
}

export interface Report {
  is_valid: boolean;
  errors: Finding[];
  warnings: Finding[];
}

export interface Change {
  field: string;
  old: unknown;
  new: unknown;
}

interface Parts {
  added: ({ key: number; name: string } & Record<string, unknown>)[];
  removed: ({ key: number; name: string } & Record<string, unknown>)[];
  changed: { key: number; name: string; changes: Change[] }[];
}

export interface Differences {
  policy: Change[];
  steps: Parts;
  transitions: Parts;
}

export interface DeployPreview {
  status: string;
  legal_moves: Move[];
  live_version: number | null;
  next_version: number;
  has_changes: boolean;
  changes: Differences | null;
  report: Report;
  running_tasks: number;
  running: {
    version: number;
    step: { id: number; name: string; role: string } | null;
    running_tasks: number;
    is_in_draft: boolean;
  }[];
}

export interface VersionRow {
  id: number;
  workflow: number;
  number: number;
  name: string;
  is_current: boolean;
  end_logic: string;
  sla_seconds: Record<string, number>;
  redeployed_from: number | null;
  deployed_by_id: number | null;
  deployed_at: string;
  running_tasks: number;
}

export interface VersionDetail extends VersionRow {
  steps: (GraphStep & { key: number })[];
  transitions: (GraphEdge & { key: number })[];
}

export interface WorkflowFile {
  format: string;
  name: string;
  [part: string]: unknown;
}

export interface Calendar extends NamedRef {
  time_zone: string;
}

const base = (id: number | string) => `/workflow/workflows/${id}/`;

export const definitionKeys = {
  workflow: (id: string) => [...workflowKeys.all, 'detail', id] as const,
  draft: (id: string) => [...workflowKeys.all, 'draft', id] as const,
  report: (id: string) => [...workflowKeys.all, 'report', id] as const,
  versions: (id: string) => [...workflowKeys.all, 'versions', id] as const,
};

export const definitionQuery = (id: string) =>
  queryOptions({
    queryKey: definitionKeys.workflow(id),
    queryFn: async ({ signal }) => (await http.get<WorkflowDetail>(base(id), { signal })).data,
  });

export const draftGraphQuery = (id: string) =>
  queryOptions({
    queryKey: definitionKeys.draft(id),
    queryFn: async ({ signal }) => (await http.get<DraftGraphDocument>(`${base(id)}graph/`, { signal })).data,
  });

/** Findings belong to one state of the draft; its edit version is part of the question. */
export const reportQuery = (id: string, editVersion: number) =>
  queryOptions({
    queryKey: [...definitionKeys.report(id), editVersion],
    queryFn: async ({ signal }) => (await http.get<Report>(`${base(id)}validate/`, { signal })).data,
  });

export const deployPreviewQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'deploy-preview', id],
    queryFn: async ({ signal }) =>
      (await http.get<DeployPreview>(`${base(id)}deploy-preview/`, { signal })).data,
    staleTime: 0,
    gcTime: 0,
  });

export const versionListQuery = (id: string) =>
  queryOptions({
    queryKey: definitionKeys.versions(id),
    queryFn: async ({ signal }) =>
      (await http.get<Page<VersionRow>>(`${base(id)}versions/`, { params: { page_size: 100 }, signal })).data
        .results,
  });

export const versionQuery = (id: string, number: string) =>
  queryOptions({
    queryKey: [...definitionKeys.versions(id), number],
    queryFn: async ({ signal }) =>
      (await http.get<VersionDetail>(`${base(id)}versions/${number}/`, { signal })).data,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const comparisonQuery = (id: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...definitionKeys.versions(id), 'compare', from, to],
    queryFn: async ({ signal }) =>
      (
        await http.get<Differences & { is_same: boolean }>(`${base(id)}versions/compare/`, {
          params: { from, to },
          signal,
        })
      ).data,
  });

export const calendarListQuery = () =>
  queryOptions({
    queryKey: ['calendars'],
    queryFn: async ({ signal }) =>
      (await http.get<Page<Calendar>>('/workflow/calendars/', { params: { page_size: 100 }, signal })).data
        .results,
    staleTime: 60_000,
  });

/** Who saved last: the trail knows. */
export async function lastEditor(id: string): Promise<Person | null> {
  const answer = await http.get<Page<{ actor: Person | null }>>('/workflow/audit/', {
    params: { object_type: 'workflow', object_id: id, page_size: 1 },
  });
  return answer.data.results[0]?.actor ?? null;
}

export async function fetchDraftGraph(id: string): Promise<DraftGraphDocument> {
  return (await http.get(`${base(id)}graph/`)).data;
}

export async function saveGraph(id: string, graph: GraphInput): Promise<SavedGraph> {
  return (await http.put(`${base(id)}graph/`, graph)).data;
}

export type WorkflowValues = Partial<
  Pick<
    WorkflowDetail,
    | 'name'
    | 'description'
    | 'category'
    | 'sub_category'
    | 'department'
    | 'is_default'
    | 'end_logic'
    | 'low_sla'
    | 'medium_sla'
    | 'high_sla'
    | 'urgent_sla'
    | 'at_risk_percent'
  >
> & { calendar_id?: number | null; coordinator_role_id?: number | null };

export async function updateWorkflow(
  id: string,
  values: WorkflowValues & { edit_version: number },
): Promise<WorkflowDetail> {
  return (await http.patch(base(id), values)).data;
}

export async function moveWorkflow(
  id: string,
  move: Move,
  body: { edit_version?: number; reason?: string; hold_running?: boolean } = {},
): Promise<WorkflowDetail> {
  return (await http.post(`${base(id)}${move}/`, body)).data;
}

export async function redeployVersion(id: string, number: number): Promise<VersionDetail> {
  return (await http.post(`${base(id)}versions/${number}/redeploy/`)).data;
}

export async function importWorkflow(document: WorkflowFile): Promise<WorkflowDetail> {
  return (await http.post('/workflow/workflows/import/', document)).data;
}

export async function exportWorkflow(id: string): Promise<WorkflowFile> {
  return (await http.get(`${base(id)}export/`)).data;
}
