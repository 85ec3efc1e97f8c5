import type { MonotonicClock } from '@sortition/kernel';

import type { LoadedEnvironment } from './loaded-environment.js';

/** Time between two looks for one environment that callers can cause, in milliseconds. */
const MIN_INTERVAL_MS = 1_000;
/** Longest wait for a look, in milliseconds; with the database away callers are served from memory. */
const DEADLINE_MS = 1_000;

interface Look {
  readonly startedAtMs: number;
  readonly done: Promise<void>;
}

/**
 * Catches up with revisions that a caller was shown by a process that is ahead of this one, so that the caller is not
 * led back. A caller can name any revision, so looks are shared and bounded in rate.
 */
export class LaterRevisions {
  private readonly looks = new WeakMap<LoadedEnvironment, Look>();

  constructor(
    private readonly clock: MonotonicClock,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  /** Resolves when the environment has the revision, has looked for it, or the wait is over. Never rejects. */
  async reach(environment: LoadedEnvironment, revision: number): Promise<void> {
    if (revision <= environment.log.revision) return;
    const now = this.clock.now();
    let look = this.looks.get(environment);
    if (!look || now - look.startedAtMs >= MIN_INTERVAL_MS) {
      look = { startedAtMs: now, done: environment.refreshWithin(this.deadlineMs) };
      this.looks.set(environment, look);
    }
    await look.done;
  }
}
