import type { DraftGraphDocument, WorkflowDetail } from '@/api/definitions';

/** A step of workflow 3 as its draft has it; that with the id 10 is where tickets start. */
export function step(id: number, name: string, changes: object = {}): DraftGraphDocument['steps'][number] {
  return {
    id,
    workflow: 3,
    share: '0.5',
    name,
    description: '',
    instruction: 'Do it.',
    kind: 'action',
    role_id: 1,
    role: 'IT Support',
    escalate_to_id: null,
    escalate_to: null,
    assignment: 'round_robin',
    weight: '1.00',
    approval: {},
    is_start: id === 10,
    is_end: false,
    is_reopen: false,
    end_status: '',
    return_cap: 5,
    position: { x: (id - 10) * 260, y: 0 },
    order: id,
    ...changes,
  };
}

/** Workflow 3 as it is before its first deployment. */
export function workflowDetail(changes: Partial<WorkflowDetail> = {}): WorkflowDetail {
  return {
    id: 3,
    name: 'Laptop Repair',
    description: '',
    status: 'draft',
    is_archived: false,
    category: 'Hardware',
    sub_category: '',
    department: 'IT Department',
    is_default: false,
    end_logic: 'notification',
    low_sla: 432_000,
    medium_sla: 172_800,
    high_sla: 28_800,
    urgent_sla: 14_400,
    at_risk_percent: 75,
    field_types: {},
    decisive_fields: [],
    reopen_days: 14,
    escalation_trigger: 'breached',
    second_escalation_role: null,
    second_escalation_after: null,
    hand_over_after: null,
    calendar: null,
    coordinator_role: { id: 2, name: 'Ticket Coordinator' },
    edit_version: 7,
    current_version: null,
    has_undeployed_changes: false,
    is_deploy_requested: false,
    running_tasks: 0,
    legal_moves: ['initialize', 'archive'],
    is_waiting_for_roles: false,
    created_by_id: null,
    created_at: '2026-11-22T08:00:00Z',
    updated_at: '2026-11-22T08:00:00Z',
    ...changes,
  };
}

/** The canvas measures itself; jsdom has nothing to measure. */
export class NothingToMeasure {
  observe() {}
  unobserve() {}
  disconnect() {}
}
