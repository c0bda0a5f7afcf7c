import { isAxiosError } from 'axios';
import i18next from 'i18next';

export interface ProblemEntry {
  code: string;
  detail: string;
  attr: string | null;
}

/** Every failed call ends up as one of these, whichever service or network layer refused it. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: ProblemEntry[];
  readonly retryAfter: number | null;
  readonly requestId: string | null;
  readonly body: unknown;

  constructor(init: {
    status: number;
    errors: ProblemEntry[];
    retryAfter?: number | null;
    requestId?: string | null;
    body?: unknown;
  }) {
    super(init.errors[0]?.detail ?? 'unknown');
    this.name = 'Problem';
    this.status = init.status;
    this.errors = init.errors;
    this.retryAfter = init.retryAfter ?? null;
    this.requestId = init.requestId ?? null;
    this.body = init.body;
  }

  get code(): string {
    return this.errors[0]?.code ?? 'unknown';
  }

  /** What was said about one field of a form. */
  about(field: string): string | undefined {
    return this.errors.find((entry) => entry.attr === field)?.detail;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  get isConflict(): boolean {
    return this.status === 409;
  }
}

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isAxiosError(error) && error.response) {
    const { status, data, headers } = error.response;
    const retryAfter = Number.parseInt(String(headers['retry-after'] ?? ''), 10);
    return new Problem({
      status,
      errors: readEntries(data) ?? [{ code: `http_${status}`, detail: '', attr: null }],
      retryAfter: Number.isNaN(retryAfter) ? null : retryAfter,
      requestId: headers['x-request-id'] ? String(headers['x-request-id']) : null,
      body: data,
    });
  }
  if (isAxiosError(error)) {
    return new Problem({ status: 0, errors: [{ code: 'network', detail: '', attr: null }] });
  }
  return new Problem({
    status: -1,
    errors: [{ code: 'unexpected', detail: error instanceof Error ? error.message : '', attr: null }],
  });
}

/** What a service said in English, in the language that is shown, where that has a sentence for the code. */
export function translated({ code, detail }: { code: string; detail: string }): string {
  const sentence: string | undefined = i18next.getResource(i18next.language, 'refusals', code);
  if (!sentence?.includes('{{limit}}')) return sentence ?? detail;
  // A limit is a number that only the service knows; a sentence without one stays as it is.
  const limit = detail.match(/\d+(,\d{3})*(\.\d+)?/)?.[0].replaceAll(',', '');
  return limit ? sentence.replace('{{limit}}', Number(limit).toLocaleString(i18next.language)) : detail;
}

/** A refusal of a request for text, such as a table, is JSON that nobody has read yet. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function readEntries(given: unknown): ProblemEntry[] | null {
  const body = parsed(given);
  if (typeof body !== 'object' || body === null || !('errors' in body)) return null;
  const { errors } = body;
  if (!Array.isArray(errors) || errors.length === 0) return null;
  return errors.map((entry: Partial<ProblemEntry>) => ({
    code: entry.code ?? 'unknown',
    detail: translated({ code: entry.code ?? '', detail: entry.detail ?? '' }),
    attr: entry.attr ?? null,
  }));
}
