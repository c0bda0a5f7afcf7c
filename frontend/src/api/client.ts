import axios, { type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios';
import { noteServerTime } from '@/lib/serverClock';
import { forgetSessionHint, takeEarlySession } from './earlySession';
import { type Problem, toProblem } from './problem';
import { getAccessToken, readClaims, setAccessToken } from './token';

const BASE_URL = '/api';

/** A cross-site form cannot set this header; the auth service asks for it wherever the cookie is used. */
const CSRF_HEADERS = { 'X-Requested-With': 'tts' };

interface RetriableConfig extends InternalAxiosRequestConfig {
  isRetry?: boolean;
}

export const http = axios.create({ baseURL: BASE_URL, timeout: 20_000, headers: CSRF_HEADERS });

let refreshing: Promise<string> | null = null;
let refreshTimer: ReturnType<typeof setTimeout> | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** `revoked`: somebody ended it, here or elsewhere. `expired`: it was too old. `replaced`: somebody else signed in. */
export type EndReason = 'expired' | 'revoked' | 'replaced';
let whenSessionEnds: (reason: EndReason) => void = () => {};

export function onSessionEnd(callback: (reason: EndReason) => void): void {
  whenSessionEnds = callback;
}

/** Call when the refresh token was refused. True when that means the end, false for a server in trouble. */
export function endSessionIfRefused(problem: Problem, refusedBefore?: Problem): boolean {
  if (problem.status !== 401 && problem.status !== 403) return false;
  const isRevoked = problem.code === 'token_revoked' || refusedBefore?.code === 'token_revoked';
  whenSessionEnds(isRevoked ? 'revoked' : 'expired');
  return true;
}

/** Trade the refresh cookie for an access token. Callers at the same moment share one request. */
export function refreshAccessToken(): Promise<string> {
  if (!refreshing) {
    const early = takeEarlySession();
    refreshing = inTurn(() => requestRefresh(early)).finally(() => {
      refreshing = null;
    });
  }
  return refreshing;
}

async function requestRefresh(early: Promise<string | null>): Promise<string> {
  const access = await early;
  if (access) {
    acceptAccessToken(access);
    return access;
  }
  try {
    const answer = await axios.post<{ access: string }>(
      `${BASE_URL}/auth/token/refresh/`,
      {},
      { headers: CSRF_HEADERS, withCredentials: true, timeout: 15_000 },
    );
    acceptAccessToken(answer.data.access);
    return answer.data.access;
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status === 401) forgetSessionHint();
    throw problem;
  }
}

/**
 * Run a call that ends this session and answers with its successor, such as a new password. Meanwhile nobody here
 * refreshes with the cookie that is about to die.
 */
export function succeedSession(work: () => Promise<string>): Promise<string> {
  return inTurn(async () => {
    const access = await work();
    acceptAccessToken(access);
    return access;
  });
}

function inTurn(work: () => Promise<string>): Promise<string> {
  const mine = turn.then(() => oneTabAtATime(work));
  turn = mine.catch(() => {});
  return mine;
}

/** Refresh tokens rotate, so tabs of one browser take turns and each sends the newest cookie. */
async function oneTabAtATime(work: () => Promise<string>): Promise<string> {
  if (!('locks' in navigator) || !navigator.locks) return work();
  return navigator.locks.request('tts-token-refresh', work);
}

export function acceptAccessToken(token: string): void {
  setAccessToken(token);
  const { exp, iat } = readClaims(token);
  clearTimeout(refreshTimer);
  // 80 % of the life, measured by this machine's clock from now: a wrong local clock does not matter.
  refreshTimer = setTimeout(refreshQuietly, (exp - iat) * 0.8 * 1000);
}

export function forgetAccessToken(): void {
  clearTimeout(refreshTimer);
  setAccessToken(null);
}

async function refreshQuietly(): Promise<void> {
  try {
    await refreshAccessToken();
  } catch (error) {
    if (!endSessionIfRefused(toProblem(error))) refreshTimer = setTimeout(refreshQuietly, 15_000);
  }
}

http.interceptors.request.use((config) => {
  const token = getAccessToken();
  if (token) config.headers.Authorization = `Bearer ${token}`;
  return config;
});

http.interceptors.response.use(
  (response) => {
    noteServerTime(response.headers.date);
    return response;
  },
  async (error: unknown) => {
    const config = axios.isAxiosError(error) ? (error.config as RetriableConfig | undefined) : undefined;
    const unauthorised = axios.isAxiosError(error) && error.response?.status === 401;
    if (!unauthorised || !config || config.isRetry || !getAccessToken()) throw toProblem(error);
    try {
      await refreshAccessToken();
    } catch (refreshError) {
      const problem = toProblem(refreshError);
      endSessionIfRefused(problem, toProblem(error));
      throw problem;
    }
    return http.request({ ...config, isRetry: true } as RetriableConfig);
  },
);

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

/** Read one thing. */
export async function getData<T>(url: string, config?: AxiosRequestConfig): Promise<T> {
  return (await http.get<T>(url, config)).data;
}

/** Every page of a list that is short by its nature. */
export async function allPages<T>(url: string, params: object, signal?: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await getData<Page<T>>(url, { params: { ...params, page, page_size: 100 }, signal });
    all.push(...answer.results);
    if (!answer.next) return all;
  }
}
