export interface Person {
  user_id: number;
  full_name: string;
}

export interface NamedRef {
  id: number;
  name: string;
}

export interface StepRef {
  id: number;
  name: string;
  role: string | null;
}

export type Priority = 'urgent' | 'high' | 'medium' | 'low';
export type TaskStatus =
  | 'pending'
  | 'in_progress'
  | 'on_hold'
  | 'handing_off'
  | 'completed'
  | 'rejected'
  | 'cancelled';
export type Outcome = 'forward' | 'approve' | 'reject' | 'return';
export type SlaState = 'on_track' | 'at_risk' | 'breached' | 'paused' | 'met' | 'stopped';
export type Visibility = 'internal' | 'public';
