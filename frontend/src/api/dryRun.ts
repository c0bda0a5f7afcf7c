import { http } from './client';
import type { Workflow } from './types';

/** A ticket's way through a draft or a version, of which the server keeps nothing: each request replays the walk. */

/** The schema leaves the compared values open. */
export type DryRunCheck = Omit<Workflow<'DryRunCheckOut'>, 'expected' | 'actual'> & {
  expected: unknown;
  actual: unknown;
};
export type DryRunCondition = Omit<Workflow<'DryRunConditionOut'>, 'checks'> & { checks: DryRunCheck[] };
export type DryRunVisit = Omit<Workflow<'DryRunVisitOut'>, 'conditions'> & { conditions: DryRunCondition[] };
export type DryRunOffer = Workflow<'DryRunOfferOut'>;
export type DryRunNotification = Workflow<'DryRunNotificationOut'>;
export type DryRun = Omit<Workflow<'DryRunOut'>, 'steps'> & { steps: DryRunVisit[] };

export interface DryRunChoice {
  transition: number;
  by: number;
}

export interface DryRunRequest {
  /** null is the draft. */
  version: number | null;
  /** A sample, or the number of a ticket whose payload is copied. */
  ticket?: Record<string, unknown>;
  ticket_number?: string;
  at?: string;
  choices: DryRunChoice[];
}

export async function dryRun(workflowId: string, request: DryRunRequest): Promise<DryRun> {
  return (await http.post(`/workflow/workflows/${workflowId}/dry-run/`, request)).data;
}
