import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** How long a long computation runs before it lets evaluations in. */
const TURN_MS = 5;

/** Breaks of a long computation. */
export interface Pauses {
  readonly isDue: boolean;
  /** Lets everything else that is ready run once. */
  take(): Promise<void>;
}

export function pauses(): Pauses {
  let startedMs = performance.now();
  return {
    get isDue() {
      return performance.now() - startedMs >= TURN_MS;
    },
    async take() {
      await setImmediate();
      startedMs = performance.now();
    },
  };
}
