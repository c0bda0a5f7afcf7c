import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { RouteObject } from 'react-router-dom';

/** Milliseconds before each further try: a change of network breaks everything off that is on its way. */
const WAITS = [200, 800, 2_500];
const RELOADED_AT = 'tts-reloaded-at';
const BETWEEN_RELOADS_MS = 60_000;

/**
 * Fetch a part of the application, again where the network broke off. A part that stays away was mostly removed by
 * a new release, which loading the page anew cures; that is tried once a minute at most.
 */
export async function loadCode<T>(fetchCode: () => Promise<T>): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await fetchCode();
    } catch {
      await new Promise((done) => setTimeout(done, wait));
    }
  }
  try {
    return await fetchCode();
  } catch (error) {
    if (navigator.onLine && mayReload()) {
      window.location.reload();
      return new Promise<T>(() => {});
    }
    throw error;
  }
}

function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (Date.now() - last < BETWEEN_RELOADS_MS) return false;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    return true;
  } catch {
    return false; // without a memory it might go round for ever
  }
}

/** `React.lazy` for a component that its module exports by name. */
export function lazyPart<Name extends string, Props>(
  fetchCode: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: (await loadCode(fetchCode))[name] }));
}

/** The same routes, whose code is fetched with patience. */
export function patient(routes: RouteObject[]): RouteObject[] {
  return routes.map((route) => {
    const { lazy: fetchRoute, children } = route;
    return {
      ...route,
      ...(typeof fetchRoute === 'function' && { lazy: () => loadCode(fetchRoute) }),
      ...(children && { children: patient(children) }),
    } as RouteObject;
  });
}
