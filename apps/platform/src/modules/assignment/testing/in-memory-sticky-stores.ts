import { InMemoryStickyAssignments, type StickyKey, type StickyRecord, type StickyStore } from '@sortition/evaluation';
import { type Clock, DomainError } from '@sortition/kernel';

import type { EnvironmentId } from '../application/loaded-environment.js';
import { STICKY_TTL_MS, type StickyStores } from '../application/sticky-stores.js';

const CAPACITY = 10_000;

/** Sticky assignments in this process only. */
export class InMemoryStickyStores implements StickyStores {
  /** While true every operation fails as it does when the database is away. */
  isAway = false;
  /** While true every write fails; look-ups are answered. */
  isReadOnly = false;
  /** Keys of each look-up so far. */
  readonly lookUps: (readonly StickyKey[])[] = [];
  private readonly assignments = new Map<string, InMemoryStickyAssignments>();

  constructor(private readonly clock: Clock) {}

  of({ organizationId, environmentId }: EnvironmentId): StickyStore {
    const id = `${organizationId} ${environmentId}`;
    const held =
      this.assignments.get(id) ?? new InMemoryStickyAssignments({ ttlMs: STICKY_TTL_MS, capacity: CAPACITY });
    this.assignments.set(id, held);
    return {
      lookUp: async (keys): Promise<readonly StickyRecord[]> => {
        if (this.isAway) throw away();
        this.lookUps.push(keys);
        return held.lookUp(keys, this.clock.now());
      },
      store: async (records): Promise<void> => {
        if (this.isAway || this.isReadOnly) throw away();
        held.store(records, this.clock.now());
      },
    };
  }
}

function away(): DomainError {
  return new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'The database is away.');
}
