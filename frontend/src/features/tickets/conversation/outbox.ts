import type { UploadedFile } from '@/api/comments';
import type { Visibility } from '@/api/types';

/** What this person has written that the server has not confirmed yet. */
export interface Pending {
  clientId: string;
  text: string;
  visibility: Visibility;
  parentId: number | null;
  mentions: number[];
  createdAt: string;
  /** Files that the server has already. */
  uploads: UploadedFile[];
  failure: Failure | null;
  /** Said with an act: the server has it and shows it in a moment; it is not sent from here. */
  isAccepted?: boolean;
}

/** `waits`: the line is down and it goes out by itself. Otherwise the server refused, and a person decides. */
export interface Failure {
  waits: boolean;
  reason: string;
}

export type PendingAction =
  | { type: 'add'; pending: Pending }
  | { type: 'fail'; clientId: string; failure: Failure }
  | { type: 'retry'; clientId: string }
  | { type: 'settle'; clientId: string };

export function pendingReducer(state: Pending[], action: PendingAction): Pending[] {
  switch (action.type) {
    case 'add':
      return [...state, action.pending];
    case 'fail':
      return state.map((each) =>
        each.clientId === action.clientId ? { ...each, failure: action.failure } : each,
      );
    case 'retry':
      return state.map((each) => (each.clientId === action.clientId ? { ...each, failure: null } : each));
    case 'settle':
      return state.filter((each) => each.clientId !== action.clientId);
  }
}

const keyOf = (userId: number, ticketNumber: string) => `tts.outbox.${userId}.${ticketNumber}`;

/** Keep what is on its way, so that neither a reload nor a crash takes the words. */
export function keepOutbox(userId: number, ticketNumber: string, pending: Pending[]): void {
  const key = keyOf(userId, ticketNumber);
  const own = pending.filter((each) => !each.isAccepted);
  if (own.length === 0) {
    localStorage.removeItem(key);
    return;
  }
  const kept = own.map(({ failure: _failure, ...each }) => each);
  localStorage.setItem(key, JSON.stringify(kept));
}

export function readOutbox(userId: number, ticketNumber: string): Pending[] {
  const kept = localStorage.getItem(keyOf(userId, ticketNumber));
  if (!kept) return [];
  return (JSON.parse(kept) as Omit<Pending, 'failure'>[]).map((each) => ({
    ...each,
    failure: { waits: true, reason: '' },
  }));
}
