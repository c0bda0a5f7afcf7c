import { useSyncExternalStore } from 'react';
import { serverNow } from './serverClock';

/** One timer per rhythm, however many countdowns are on the page. */
class Ticker {
  private now = serverNow();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly intervalMs: number) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (!this.timer) {
      this.now = serverNow();
      this.timer = setInterval(() => {
        this.now = serverNow();
        for (const each of this.listeners) each();
      }, this.intervalMs);
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) {
        clearInterval(this.timer);
        this.timer = undefined;
      }
    };
  };

  snapshot = (): number => this.now;
}

const everySecond = new Ticker(1_000);
const everyQuarterMinute = new Ticker(15_000);

export function useNow(rhythm: 'second' | 'quarterMinute' = 'quarterMinute'): number {
  const ticker = rhythm === 'second' ? everySecond : everyQuarterMinute;
  return useSyncExternalStore(ticker.subscribe, ticker.snapshot);
}
