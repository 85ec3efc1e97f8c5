import type { Members } from '../conditions/compile-condition.js';

/** Exact membership of ids in a hash table. */
export class IdSet implements Members {
  readonly #ids: ReadonlySet<string>;

  constructor(ids: readonly string[]) {
    this.#ids = new Set(ids);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  equals(other: Members): boolean {
    if (!(other instanceof IdSet) || other.#ids.size !== this.#ids.size) return false;
    for (const id of this.#ids) if (!other.#ids.has(id)) return false;
    return true;
  }
}
