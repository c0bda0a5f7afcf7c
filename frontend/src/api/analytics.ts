import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { csvFile } from '@/lib/saveBlob';
import { shownTimeZone } from '@/lib/time';
import { getData, http } from './client';
import type { Priority } from './types';

export interface Period {
  /** Days, such as 2026-11-22. */
  from: string;
  to: string;
  workflow?: string;
}

/** What an answer covers: its first moment and the one after its last. */
export interface Span {
  from: string;
  to: string;
}

export interface Overview extends Span {
  now: Record<
    | 'open'
    | 'pending'
    | 'in_progress'
    | 'on_hold'
    | 'handing_off'
    | 'urgent'
    | 'high'
    | 'medium'
    | 'low'
    | 'unassigned'
    | 'breached'
    | 'at_risk'
    | 'unmatched_tickets'
    | 'failed_handoffs',
    number
  >;
  period: {
    received: number;
    completed: number;
    rejected: number;
    cancelled: number;
    sla_compliance: number | null;
    mean_resolution_seconds: number | null;
    median_resolution_seconds: number | null;
  };
  per_day: { date: string; received: number; closed: number; breached: number }[];
  by_workflow: { workflow_id: number; workflow: string; open: number; breached: number }[];
  by_role: {
    role_id: number;
    role: string;
    open: number;
    unassigned: number;
    needs_lead: number;
    waiting_since: string | null;
  }[];
  by_assignee: { user_id: number; full_name: string; open: number; breached: number }[];
}

export interface SlaReportRow {
  workflow_id: number;
  workflow: string;
  priority: Priority;
  closed: number;
  met: number;
  breached: number;
  compliance: number | null;
  mean_seconds: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
  target_seconds: number | null;
}

export interface AgentReportRow {
  user_id: number;
  full_name: string;
  open: number;
  assigned: number;
  done: number;
  steps_performed: number;
  steps_late: number;
  late_share: number | null;
  returned: number;
  released: number;
  transferred: number;
  escalated: number;
  mean_turn_seconds: number | null;
}

export interface WorkflowReportRow {
  workflow_id: number;
  workflow: string;
  version: number;
  started: number;
  open: number;
  completed: number;
  rejected: number;
  cancelled: number;
  breach_share: number | null;
  return_rate: number | null;
  mean_seconds: number | null;
  median_seconds: number | null;
}

export interface StepReportRow {
  workflow_id: number;
  workflow: string;
  version: number;
  step_id: number;
  step: string;
  role: string | null;
  visits: number;
  mean_seconds: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
  return_rate: number | null;
  breach_share: number | null;
  open: number;
}

export interface ReportRows {
  sla: SlaReportRow;
  agents: AgentReportRow;
  workflows: WorkflowReportRow;
  steps: StepReportRow;
}
export type ReportName = keyof ReportRows;

/** Days are those of the zone that the application shows times in. */
const asked = ({ from, to, workflow }: Period) => ({
  from,
  to,
  workflow: workflow || undefined,
  tz: shownTimeZone(),
});

export const analyticsKeys = { all: ['analytics'] as const };

export const overviewQuery = (period: Period) =>
  queryOptions({
    queryKey: [...analyticsKeys.all, 'overview', asked(period)],
    queryFn: ({ signal }) =>
      getData<Overview>('/workflow/analytics/overview/', { params: asked(period), signal }),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
  });

export const reportRowsQuery = <N extends ReportName>(name: N, period: Period) =>
  queryOptions({
    queryKey: [...analyticsKeys.all, name, asked(period)],
    queryFn: ({ signal }) =>
      getData<Span & { results: ReportRows[N][] }>(`/workflow/analytics/${name}/`, {
        params: asked(period),
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export async function fetchReportCsv(name: ReportName | 'overview', period: Period): Promise<Blob> {
  const answer = await http.get<string>(`/workflow/analytics/${name}/`, {
    params: { ...asked(period), format: 'csv' },
    responseType: 'text',
  });
  return csvFile(answer.data);
}
