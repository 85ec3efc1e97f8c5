import type { CompiledSnapshot } from '@sortition/evaluation';

import { visibleFlags, type VisibleFlags } from './visible-flags.js';

/** One environment at one revision, ready to be evaluated. Immutable. */
export class EnvironmentState {
  /** Identifies the flag set in evaluation metadata: `project/environment`. */
  readonly flagSetId: string;
  readonly flags: VisibleFlags;

  constructor(
    readonly compiled: CompiledSnapshot,
    /** Hash of the state's canonical JSON. */
    readonly contentHash: string,
  ) {
    this.flagSetId = `${compiled.header.project}/${compiled.header.environment}`;
    this.flags = visibleFlags(compiled);
  }

  get revision(): number {
    return this.compiled.revision;
  }
}
