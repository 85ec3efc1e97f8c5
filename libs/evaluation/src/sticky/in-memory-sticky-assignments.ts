import type { StickyKey, StickyRecord } from './sticky-record.js';
import { stickyId } from './sticky-session.js';

export interface InMemoryStickyOptions {
  /** How long an assignment lives after it was last read or written, in milliseconds. */
  readonly ttlMs: number;
  /** Most assignments held; the one used longest ago makes room. */
  readonly capacity: number;
}

interface Entry {
  readonly variant: string;
  readonly expiresAt: number;
}

/** Sticky assignments in memory, bounded in number and in time. Time is an argument; there are no timers. */
export class InMemoryStickyAssignments {
  /** In order of last use, oldest first. */
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: InMemoryStickyOptions) {}

  get size(): number {
    return this.#entries.size;
  }

  /** The records that exist and have not expired at `now`; each is renewed. */
  lookUp(keys: readonly StickyKey[], now: number): readonly StickyRecord[] {
    return keys.flatMap(({ materialization, unit }) => {
      const id = stickyId(materialization, unit);
      const entry = this.#live(id, now);
      if (entry === undefined) return [];
      this.#use(id, entry.variant, now);
      return [{ materialization, unit, variant: entry.variant }];
    });
  }

  /** Stores first assignments; one that is there already stays and is renewed. */
  store(records: readonly StickyRecord[], now: number): void {
    for (const { materialization, unit, variant } of records) {
      const id = stickyId(materialization, unit);
      this.#use(id, this.#live(id, now)?.variant ?? variant, now);
    }
  }

  #live(id: string, now: number): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry !== undefined && entry.expiresAt > now ? entry : undefined;
  }

  #use(id: string, variant: string, now: number): void {
    this.#entries.delete(id);
    this.#entries.set(id, { variant, expiresAt: now + this.options.ttlMs });
    if (this.#entries.size <= this.options.capacity) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
