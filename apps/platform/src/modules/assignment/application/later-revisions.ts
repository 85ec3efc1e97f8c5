import type { Clock } from '@sortition/kernel';

import type { LoadedEnvironment } from './loaded-environment.js';

/** Time between two looks for one environment that callers can cause, in milliseconds. */
const MIN_INTERVAL_MS = 1_000;

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

  constructor(private readonly clock: Clock) {}

  /** Resolves when the environment has the revision or has looked for it. Never rejects. */
  async reach(environment: LoadedEnvironment, revision: number): Promise<void> {
    if (revision <= environment.log.revision) return;
    const now = this.clock.now();
    let look = this.looks.get(environment);
    if (!look || now - look.startedAtMs >= MIN_INTERVAL_MS) {
      look = { startedAtMs: now, done: environment.refresh().catch(() => undefined) };
      this.looks.set(environment, look);
    }
    await look.done;
  }
}
