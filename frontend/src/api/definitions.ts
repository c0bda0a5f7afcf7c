import { queryOptions } from '@tanstack/react-query';
import { allPages, getData, http, type Page } from './client';
import type { Outcome, Person, StepRef, Workflow, WorkflowInput } from './types';
import { type StepKind, type WorkflowRow, workflowKeys } from './workflows';

/** Definitions of workflows as the designer edits them: drafts, findings, versions and the moves of their life. */

export type Move = 'initialize' | 'deploy' | 'pause' | 'resume' | 'archive' | 'restore';
export type Assignment = Workflow<'AssignmentEnum'>;

/** The schema names the moves as plain text. */
export type WorkflowDetail = Omit<WorkflowRow, 'legal_moves'> & { legal_moves: Move[] };

export type Approval = WorkflowInput<'ApprovalFieldRequest'>;

export type DraftStepDocument = Omit<WorkflowInput<'GraphStepOut'>, 'approval'> & { approval: Approval };

export type Condition =
  | { field: string; op: string; value?: unknown }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

/** The schema leaves conditions open. */
export type DraftEdgeDocument = Omit<Workflow<'TransitionOut'>, 'condition'> & {
  condition: Condition | null;
};

export type DraftGraphDocument = Omit<Workflow<'GraphOut'>, 'steps' | 'transitions'> & {
  steps: DraftStepDocument[];
  transitions: DraftEdgeDocument[];
};

/** What is stored: new parts bear a text as their id, and the answer says what it became. */
export type GraphInput = WorkflowInput<'GraphInRequest'>;

export type SavedGraph = DraftGraphDocument & Pick<Workflow<'SavedGraphOut'>, 'id_map'>;

export type Finding = Workflow<'FindingOut'>;

export type Report = Workflow<'ReportOut'>;

export type Change = Workflow<'ChangeOut'>;

export type Differences = Workflow<'DifferencesOut'>;

/** The schema leaves the step open. */
export type DeployPreview = Omit<Workflow<'PreviewOut'>, 'running'> & {
  running: (Omit<Workflow<'RunningOut'>, 'step'> & { step: StepRef | null })[];
};

export type VersionRow = Workflow<'VersionOut'>;

/** The schema names kinds and outcomes of a version as plain text. */
export type VersionDetail = Omit<Workflow<'VersionDetailOut'>, 'steps' | 'transitions'> & {
  steps: (Omit<Workflow<'VersionStepOut'>, 'kind'> & { kind: StepKind })[];
  transitions: (Omit<Workflow<'VersionTransitionOut'>, 'outcome'> & { outcome: Outcome })[];
};

export interface WorkflowFile {
  format: string;
  name: string;
  [part: string]: unknown;
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
    queryFn: ({ signal }) => getData<WorkflowDetail>(base(id), { signal }),
  });

export const draftGraphQuery = (id: string) =>
  queryOptions({
    queryKey: definitionKeys.draft(id),
    queryFn: ({ signal }) => getData<DraftGraphDocument>(`${base(id)}graph/`, { signal }),
  });

/** Findings belong to one state of the draft; its edit version is part of the question. */
export const reportQuery = (id: string, editVersion: number) =>
  queryOptions({
    queryKey: [...definitionKeys.report(id), editVersion],
    queryFn: ({ signal }) => getData<Report>(`${base(id)}validate/`, { signal }),
  });

export const deployPreviewQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'deploy-preview', id],
    queryFn: ({ signal }) => getData<DeployPreview>(`${base(id)}deploy-preview/`, { signal }),
    staleTime: 0,
    gcTime: 0,
  });

export const versionListQuery = (id: string) =>
  queryOptions({
    queryKey: definitionKeys.versions(id),
    queryFn: ({ signal }) => allPages<VersionRow>(`${base(id)}versions/`, {}, signal),
  });

export const versionQuery = (id: string, number: string) =>
  queryOptions({
    queryKey: [...definitionKeys.versions(id), number],
    queryFn: ({ signal }) => getData<VersionDetail>(`${base(id)}versions/${number}/`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const comparisonQuery = (id: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...definitionKeys.versions(id), 'compare', from, to],
    queryFn: ({ signal }) =>
      getData<Differences & { is_same: boolean }>(`${base(id)}versions/compare/`, {
        params: { from, to },
        signal,
      }),
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

export type WorkflowValues = Omit<WorkflowInput<'PatchedWorkflowUpdateInRequest'>, 'edit_version'>;

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

/** Asks another administrator to deploy the draft as it is. */
export async function requestDeploy(
  id: string,
  body: { edit_version?: number; reason: string },
): Promise<WorkflowDetail> {
  return (await http.post(`${base(id)}deploy-request/`, body)).data;
}

export async function withdrawDeployRequest(id: string): Promise<void> {
  await http.delete(`${base(id)}deploy-request/`);
}

export async function redeployVersion(id: string, number: number, reason: string): Promise<VersionDetail> {
  return (await http.post(`${base(id)}versions/${number}/redeploy/`, { reason })).data;
}

/** The draft becomes what the version says; what was not deployed is gone. */
export async function loadVersion(id: string, number: number, edit_version: number): Promise<WorkflowDetail> {
  return (await http.post(`${base(id)}versions/${number}/load/`, { edit_version })).data;
}

export async function importWorkflow(document: WorkflowFile): Promise<WorkflowDetail> {
  return (await http.post('/workflow/workflows/import/', document)).data;
}

export type FileOutcome = Workflow<'FileOutcomeOut'>;

/** What a file would change in the workflow of its name. */
export const workflowFileQuery = (document: WorkflowFile) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'file', document],
    queryFn: async ({ signal }) =>
      (await http.post<FileOutcome>('/workflow/workflows/import/preview/', { document }, { signal })).data,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });

/** `edit_version` is that of the preview: null where the file creates the workflow. */
export async function applyFile(
  document: WorkflowFile,
  edit_version: number | null,
  reason: string,
): Promise<FileOutcome> {
  return (await http.post('/workflow/workflows/import/apply/', { document, edit_version, reason })).data;
}

export async function exportWorkflow(id: string): Promise<WorkflowFile> {
  return (await http.get(`${base(id)}export/`)).data;
}
