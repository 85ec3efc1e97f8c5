import type {
  CompiledSnapshot,
  Decision,
  EvaluateOptions,
  StickyKey,
  StickyRecord,
  StickyStore,
} from '@sortition/evaluation';

import type { EnvironmentId } from './loaded-environment.js';
import type { StickyStores } from './sticky-stores.js';

/** A flag that cannot be decided before its stored assignments are looked up. */
export interface WaitingFlag {
  readonly flag: string;
  readonly keys: readonly StickyKey[];
}

/** The flags of one request that wait, and what they are decided for. */
export interface WaitingRequest {
  readonly environment: EnvironmentId;
  readonly compiled: CompiledSnapshot;
  readonly context: object | undefined;
  readonly options: EvaluateOptions;
  readonly waiting: readonly WaitingFlag[];
}

/**
 * The second step of flags with sticky rules: one look-up and at most one write for all flags of a request. Assignments
 * are stored before they are answered, so that what a unit was told is what it keeps. Of two requests that assign the
 * same unit at the same moment under different weights the first to write decides what is kept.
 */
export class StickyDecisions {
  private readonly failing = new Set<keyof StickyStore>();

  constructor(
    private readonly stores: StickyStores,
    /** Told when the store fails after it worked; not of every failure while it is away. */
    private readonly onStoreAway: (environmentId: string, error: unknown) => void,
  ) {}

  /** Decides every waiting flag. Never rejects: without the store a flag that needs it gets an error decision. */
  async decide(request: WaitingRequest): Promise<ReadonlyMap<string, Decision>> {
    const { environment, compiled, context, options, waiting } = request;
    const records = await this.lookUp(
      environment,
      waiting.flatMap(({ keys }) => keys),
    );
    if (!records) return new Map(waiting.map(({ flag }) => [flag, decideWithoutStore(request, flag)]));
    const finished = waiting.map(({ flag }) => ({ flag, ...compiled.finish(flag, context, records, options) }));
    const isStored = await this.store(
      environment,
      finished.flatMap(({ writes }) => writes),
    );
    return new Map(
      finished.map(({ flag, decision, writes }) => [
        flag,
        isStored || writes.length === 0 ? decision : decideWithoutStore(request, flag),
      ]),
    );
  }

  /** The stored assignments; undefined when the store does not answer. */
  lookUp(environment: EnvironmentId, keys: readonly StickyKey[]): Promise<readonly StickyRecord[] | undefined> {
    return this.attempt('lookUp', environment, (store) => store.lookUp(keys));
  }

  private async store(environment: EnvironmentId, records: readonly StickyRecord[]): Promise<boolean> {
    if (records.length === 0) return true;
    const stored = await this.attempt('store', environment, async (store) => {
      await store.store(records);
      return true;
    });
    return stored ?? false;
  }

  /** Undefined when the store fails. */
  private async attempt<T>(
    operation: keyof StickyStore,
    environment: EnvironmentId,
    run: (store: StickyStore) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const answer = await run(this.stores.of(environment));
      this.failing.delete(operation);
      return answer;
    } catch (error) {
      if (!this.failing.has(operation)) this.onStoreAway(environment.environmentId, error);
      this.failing.add(operation);
      return undefined;
    }
  }
}

/** The decision while the store is away. One that was made without it stands; the engine says GENERAL for others. */
export function withoutStore(flag: string, decision: Decision): Decision {
  if (decision.errorCode !== 'GENERAL') return decision;
  return { ...decision, errorMessage: storeAwayMessage(flag) };
}

/** What the error of a flag says that needs the store while it is away. */
export function storeAwayMessage(flag: string): string {
  return `The store of sticky assignments does not answer, so flag "${flag}" is not decided.`;
}

function decideWithoutStore({ compiled, context, options }: WaitingRequest, flag: string): Decision {
  return withoutStore(flag, compiled.evaluate(flag, context, options));
}
