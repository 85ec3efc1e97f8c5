import type { Condition, Flag } from '../model/index.js';

/** The sources of everything after the changes, and which of it has to be compiled. */
export interface Sources {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Condition>;
  /** What each flag and segment refers to, by `flag:key` or `segment:key`. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  /** What changed or is gone, as `kind:key`. */
  readonly changed: ReadonlySet<string>;
}
