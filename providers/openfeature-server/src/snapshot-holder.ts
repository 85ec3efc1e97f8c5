import { createHash } from 'node:crypto';

import {
  changedFlags,
  compileSnapshot,
  type CompiledSnapshot,
  type CompileOptions,
  type Operator,
} from '@sortition/evaluation';
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

/** A state as it was kept. */
export interface KeptSnapshot {
  readonly json: Buffer;
  readonly contentHash: string;
  /** `project/environment` */
  readonly environment: string;
}

/** Is told of every state and change that was taken. */
export interface SnapshotKeeper {
  keepFull(state: KeptSnapshot): void;
  keepDelta(json: Buffer, contentHash: string): void;
}

/** Takes states and changes as they arrive and says what they changed. */
export class SnapshotHolder {
  private current: HeldSnapshot | undefined;
  private readonly options: CompileOptions;

  /** @param operators of plugins, besides the standard ones. */
  constructor(
    operators: readonly Operator[] = [],
    private readonly keeper?: SnapshotKeeper,
  ) {
    this.options = { operators: [...standardOperators, ...operators], unknownOperators: 'admit' };
  }

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
    const compiled = this.compile(json);
    const changed = this.take(compiled, contentHash);
    this.keeper?.keepFull({ json, contentHash, environment: environmentOf(compiled) });
    return changed;
  }

  /** Takes a change to the state that is held. @throws as `takeFull`; DomainError when it does not fit. */
  takeDelta(json: Buffer, contentHash: string): readonly string[] {
    if (!this.current) throw new Error('A change arrived before a state.');
    const compiled = this.current.compiled.applyDelta(JSON.parse(json.toString('utf8')));
    const changed = this.take(compiled, contentHash) ?? [];
    this.keeper?.keepDelta(json, contentHash);
    return changed;
  }

  /**
   * Takes a state that was kept.
   *
   * @throws Error that says why it cannot be used, for example because it is of another format.
   */
  takeCached({ json, contentHash, environment }: KeptSnapshot): void {
    const compiled = this.compile(json);
    const inside = environmentOf(compiled);
    if (inside !== environment) throw new Error(`it is of the environment "${inside}" and says "${environment}"`);
    this.take(compiled, contentHash);
  }

  private compile(json: Buffer): CompiledSnapshot {
    return compileSnapshot(JSON.parse(json.toString('utf8')), this.options);
  }

  private take(compiled: CompiledSnapshot, contentHash: string): readonly string[] | undefined {
    const before = this.current;
    const { revision } = compiled;
    const setMetadata = { flagSetId: environmentOf(compiled), version: String(revision) };
    this.current = { compiled, revision, contentHash, setMetadata };
    return before && changedFlags(before.compiled, compiled);
  }
}

function environmentOf({ header }: CompiledSnapshot): string {
  return `${header.project}/${header.environment}`;
}
