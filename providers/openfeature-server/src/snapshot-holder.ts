import { createHash } from 'node:crypto';

import { changedFlags, compileSnapshot, type CompiledSnapshot } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';

import type { SetMetadata } from './evaluator.js';

/** The newest state that the process has, compiled. */
export interface HeldSnapshot {
  readonly compiled: CompiledSnapshot;
  readonly revision: number;
  readonly contentHash: string;
  /** Metadata of every evaluation by it. */
  readonly setMetadata: SetMetadata;
}

/** Takes states and changes as they arrive and says what they changed. */
export class SnapshotHolder {
  private current: HeldSnapshot | undefined;

  get held(): HeldSnapshot | undefined {
    return this.current;
  }

  /**
   * Takes a whole state. Returns the flags that may be decided differently; undefined for the first state.
   *
   * @throws Error when its hash is another; SyntaxError; DomainError when it cannot be compiled. The state before stays.
   */
  takeFull(json: Buffer, revision: number, contentHash: string): readonly string[] | undefined {
    const hash = createHash('sha256').update(json).digest('hex');
    if (hash !== contentHash) throw new Error(`The snapshot of revision ${String(revision)} was damaged on its way.`);
    const compiled = compileSnapshot(JSON.parse(json.toString('utf8')), { operators: standardOperators });
    return this.take(compiled, contentHash);
  }

  /** Takes a change to the state that is held. @throws as `takeFull`; DomainError when it does not fit. */
  takeDelta(json: Buffer, contentHash: string): readonly string[] {
    if (!this.current) throw new Error('A change arrived before a state.');
    const compiled = this.current.compiled.applyDelta(JSON.parse(json.toString('utf8')));
    return this.take(compiled, contentHash) ?? [];
  }

  private take(compiled: CompiledSnapshot, contentHash: string): readonly string[] | undefined {
    const before = this.current;
    const { revision, header } = compiled;
    const setMetadata = { flagSetId: `${header.project}/${header.environment}`, version: String(revision) };
    this.current = { compiled, revision, contentHash, setMetadata };
    return before && changedFlags(before.compiled, compiled);
  }
}
