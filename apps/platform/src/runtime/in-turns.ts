import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

import type { Steps } from '@sortition/kernel';

/** How long a long computation runs before it lets evaluations in. */
const TURN_MS = 2;

/**
 * Runs a long computation and lets everything else that is ready run in between.
 *
 * @param signal aborted: the computation ends between two steps, with the signal's reason.
 */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  let startedMs = performance.now();
  let step = steps.next();
  while (step.done !== true) {
    if (performance.now() - startedMs >= TURN_MS) {
      await setImmediate();
      signal?.throwIfAborted();
      startedMs = performance.now();
    }
    step = steps.next();
  }
  return step.value;
}
