import { Undecidable } from '../evaluate/undecidable.js';
import type { StickyRecord } from './sticky-record.js';

/** The stored assignments of one evaluation, and the new ones that it makes. */
export class StickySession {
  readonly #variants = new Map<string, string>();
  readonly #writes: StickyRecord[] = [];

  constructor(records: readonly StickyRecord[]) {
    for (const { materialization, unit, variant } of records) {
      this.#variants.set(stickyId(materialization, unit), variant);
    }
  }

  /** The variant that the unit keeps, or undefined when it has none. */
  variantOf(materialization: string, unit: string): string | undefined {
    return this.#variants.get(stickyId(materialization, unit));
  }

  /** Notes a first assignment. */
  assign(materialization: string, unit: string, variant: string): void {
    const id = stickyId(materialization, unit);
    if (this.#variants.get(id) === variant) return;
    this.#variants.set(id, variant);
    this.#writes.push({ materialization, unit, variant });
  }

  /** Assignments to store, in the order in which they were made. */
  get writes(): readonly StickyRecord[] {
    return this.#writes;
  }
}

/** One text for both parts; no two keys share it, whatever they contain. */
export function stickyId(materialization: string, unit: string): string {
  return `${materialization.length}:${materialization}${unit}`;
}

/** Thrown when an evaluation reaches a sticky rule without stored assignments. */
export const NEEDS_LOOKUP = /* @__PURE__ */ new Undecidable('has a sticky rule; decide it with begin and finish');
