import type { StickyKey, StickyRecord } from './sticky-record.js';

/** Keeps assignments between evaluations: the shell's side of the two steps. */
export interface StickyStore {
  /** The records that exist and have not expired; reading one renews it. In any order. */
  lookUp(keys: readonly StickyKey[]): Promise<readonly StickyRecord[]>;
  /** Stores first assignments. One that is there already stays: the first writer wins. */
  store(records: readonly StickyRecord[]): Promise<void>;
}
