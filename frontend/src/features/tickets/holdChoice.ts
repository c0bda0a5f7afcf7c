import type { HoldWait } from '@/api/tasks';
import { localTime, momentOf } from '@/lib/zoned';

export const HOLD_REASONS = [
  'waiting_for_requester',
  'waiting_for_supplier',
  'waiting_for_date',
  'other',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** What ends the hold, beside somebody who resumes the ticket. */
export const HOLD_ENDS = ['open', 'answer', 'moment', 'days'] as const;
export type HoldEnd = (typeof HOLD_ENDS)[number];

const DAY_MS = 86_400_000;
export const MAX_WORKING_DAYS = 260;

/** What the dialog holds: `moment` as a local time such as `2026-11-28T09:00`, `days` as it was typed. */
export interface HoldChoice {
  reason: HoldReason;
  end: HoldEnd;
  moment: string;
  days: string;
  orAnswer: boolean;
}

export function firstHoldChoice(now: number): HoldChoice {
  const moment = `${localTime(now + DAY_MS).slice(0, 10)}T09:00`;
  return { reason: 'other', end: 'open', moment, days: '1', orAnswer: false };
}

const USUAL_END: Partial<Record<HoldReason, HoldEnd>> = {
  waiting_for_requester: 'answer',
  waiting_for_date: 'moment',
};

/** Another reason suggests how the hold ends, until somebody has chosen that. */
export function withReason(choice: HoldChoice, reason: HoldReason, isEndChosen: boolean): HoldChoice {
  return { ...choice, reason, end: isEndChosen ? choice.end : (USUAL_END[reason] ?? 'open') };
}

export type HoldProblem = 'past' | 'days';

export function problemWith(choice: HoldChoice, now: number): HoldProblem | null {
  if (choice.end === 'moment' && !(Date.parse(momentOf(choice.moment)) > now)) return 'past';
  const days = Number(choice.days);
  if (choice.end === 'days' && !(Number.isInteger(days) && days >= 1 && days <= MAX_WORKING_DAYS))
    return 'days';
  return null;
}

export function asWait({ reason, end, moment, days, orAnswer }: HoldChoice): HoldWait {
  const isTimed = end === 'moment' || end === 'days';
  return {
    reason_code: reason,
    ...(end === 'moment' ? { until: momentOf(moment) } : {}),
    ...(end === 'days' ? { until_working_days: Number(days) } : {}),
    ...(end === 'answer' || (isTimed && orAnswer) ? { until_answer: true } : {}),
  };
}
