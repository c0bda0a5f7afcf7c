import type { TFunction } from 'i18next';
import type { WorkflowFile } from '@/api/definitions';

export const TEMPLATES = ['empty', 'straight', 'approval', 'chain'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

type Text = (
  key:
    | 'triage'
    | 'resolve'
    | 'review'
    | 'approve'
    | 'allow'
    | 'carryOut'
    | 'close'
    | 'done'
    | 'rejected'
    | 'handOn'
    | 'finish'
    | 'submit'
    | 'approveIt'
    | 'reject'
    | 'sendBack',
) => string;

interface Step {
  ref: string;
  name: string;
  role?: string;
  kind?: 'review' | 'approval';
  end?: 'completed' | 'rejected';
}

interface Transition {
  from: string;
  to: string;
  name: string;
  outcome?: 'approve' | 'reject' | 'return';
}

const SLA_SECONDS = { urgent: 14_400, high: 28_800, medium: 172_800, low: 432_000 };

function shapeOf(template: TemplateName, text: Text): { steps: Step[]; transitions: Transition[] } {
  const done: Step = { ref: 'done', name: text('done'), end: 'completed' };
  const rejected: Step = { ref: 'rejected', name: text('rejected'), end: 'rejected' };
  if (template === 'straight')
    return {
      steps: [
        { ref: 'triage', name: text('triage'), role: 'Ticket Coordinator' },
        { ref: 'resolve', name: text('resolve'), role: 'IT Support' },
        done,
      ],
      transitions: [
        { from: 'triage', to: 'resolve', name: text('handOn') },
        { from: 'resolve', to: 'done', name: text('finish') },
      ],
    };
  if (template === 'approval')
    return {
      steps: [
        { ref: 'review', name: text('review'), role: 'IT Support', kind: 'review' },
        { ref: 'approve', name: text('approve'), role: 'IT Lead', kind: 'approval' },
        done,
        rejected,
      ],
      transitions: [
        { from: 'review', to: 'approve', name: text('submit') },
        { from: 'approve', to: 'done', name: text('approveIt'), outcome: 'approve' },
        { from: 'approve', to: 'rejected', name: text('reject'), outcome: 'reject' },
        { from: 'approve', to: 'review', name: text('sendBack'), outcome: 'return' },
      ],
    };
  if (template === 'chain')
    return {
      steps: [
        { ref: 'triage', name: text('triage'), role: 'Ticket Coordinator' },
        { ref: 'allow', name: text('allow'), role: 'Department Head', kind: 'approval' },
        { ref: 'do', name: text('carryOut'), role: 'IT Support' },
        { ref: 'close', name: text('close'), role: 'Ticket Coordinator' },
        done,
        rejected,
      ],
      transitions: [
        { from: 'triage', to: 'allow', name: text('submit') },
        { from: 'allow', to: 'do', name: text('approveIt'), outcome: 'approve' },
        { from: 'allow', to: 'rejected', name: text('reject'), outcome: 'reject' },
        { from: 'do', to: 'close', name: text('handOn') },
        { from: 'close', to: 'done', name: text('finish') },
      ],
    };
  return { steps: [], transitions: [] };
}

/** A draft to start from, in the shape of an exported file. What it serves is for the admin to say. */
export function fromTemplate(template: TemplateName, name: string, t: TFunction): WorkflowFile {
  const { steps, transitions } = shapeOf(template, (key) => t(`designer.template.${key}`));
  return {
    format: 'ticket-tracking-workflow/1',
    name,
    end_logic: 'notification',
    sla_seconds: SLA_SECONDS,
    coordinator_role: 'Ticket Coordinator',
    steps: steps.map((step, index) => ({
      ref: step.ref,
      name: step.name,
      kind: step.kind ?? 'action',
      role: step.role ?? null,
      approval: step.kind === 'approval' ? { required: 1, mode: 'count' } : {},
      is_start: index === 0,
      is_end: Boolean(step.end),
      end_status: step.end ?? '',
    })),
    transitions: transitions.map((transition) => ({
      ...transition,
      outcome: transition.outcome ?? 'forward',
      requires_comment: transition.outcome === 'reject' || transition.outcome === 'return',
    })),
  };
}
