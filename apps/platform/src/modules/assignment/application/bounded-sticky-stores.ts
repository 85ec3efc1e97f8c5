import type { StickyStore } from '@sortition/evaluation';
import { DomainError } from '@sortition/kernel';

import type { EnvironmentId } from './loaded-environment.js';
import type { StickyStores } from './sticky-stores.js';

export interface StickyBounds {
  /** Longest wait for one look-up or one write, in milliseconds. */
  readonly deadlineMs: number;
  /** Operations under way at most, those included whose caller has stopped waiting. */
  readonly maxInFlight: number;
}

/** Keeps a slow store from holding up the requests that need it: whoever would wait too long is refused. */
export class BoundedStickyStores implements StickyStores {
  private inFlight = 0;

  constructor(
    private readonly stores: StickyStores,
    private readonly bounds: StickyBounds,
  ) {}

  /** What the store returns rejects with DomainError DATABASE_UNAVAILABLE beyond the bounds. */
  of(environment: EnvironmentId): StickyStore {
    const store = this.stores.of(environment);
    return {
      lookUp: (keys) => this.bounded(() => store.lookUp(keys)),
      store: (records) => this.bounded(() => store.store(records)),
    };
  }

  private async bounded<T>(start: () => Promise<T>): Promise<T> {
    const { deadlineMs, maxInFlight } = this.bounds;
    if (this.inFlight >= maxInFlight) throw unavailable(`has ${String(maxInFlight)} operations under way`);
    this.inFlight += 1;
    const operation = start().finally(() => {
      this.inFlight -= 1;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(unavailable(`did not answer within ${String(deadlineMs)} ms`));
      }, deadlineMs);
    });
    return Promise.race([operation, late]).finally(() => {
      clearTimeout(timer);
    });
  }
}

function unavailable(reason: string): DomainError {
  return new DomainError('unavailable', 'DATABASE_UNAVAILABLE', `The store of sticky assignments ${reason}.`, {
    retryAfterMs: 1_000,
  });
}
