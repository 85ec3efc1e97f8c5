import {
  compileSnapshotInSteps,
  SNAPSHOT_FORMAT,
  type CompiledSnapshot,
  type CompileOptions,
} from '@sortition/evaluation';
import { DomainError, type FieldViolation, type Steps } from '@sortition/kernel';

import { servesAll, type ItemKind } from './build-snapshot.js';
import { itemChanges } from './item-changes.js';
import type { ProjectState } from './project-state.js';
import { allItems, type TouchedItems } from './touched-items.js';

/** Stands for an environment in a project that has none, whose flags are checked all the same. */
export const NO_ENVIRONMENT = 'none';

/** What a check came to: the state to check the next change against, or what is wrong. */
export type Checked = CheckedEnvironment | { readonly violations: readonly FieldViolation[] };

/** An environment that compiles, with every experiment built in whether it runs or not. Immutable. */
export class CheckedEnvironment {
  /** Made by {@link of} and {@link after}. */
  constructor(
    private readonly environment: string,
    private readonly compiled: CompiledSnapshot,
  ) {}

  /** Checks everything, one item in a step. */
  static *of(state: ProjectState, environment: string, operators: CompileOptions): Steps<Checked> {
    const { flags, segments, layers } = yield* itemChanges(state, allItems(state), {
      environment,
      servesExperiment: servesAll,
    });
    const items = { flags: flags.upserted, segments: segments.upserted, layers: layers.upserted };
    const owner = { organization: 'check', project: state.project.key, environment };
    const snapshot = { format: SNAPSHOT_FORMAT, ...owner, revision: 0, ...items, lists: [], holdouts: [] };
    const keyAt = (kind: ItemKind, index: number): string | undefined => items[kind][index]?.key;
    return yield* attempt(compileSnapshotInSteps(snapshot, operators), environment, keyAt);
  }

  /** Checks what a change touched and what depends on it; the rest was right before and still is. */
  *after(state: ProjectState, touched: TouchedItems): Steps<Checked> {
    const { environment, compiled } = this;
    const changes = yield* itemChanges(state, touched, { environment, servesExperiment: servesAll });
    const delta = {
      format: SNAPSHOT_FORMAT,
      fromRevision: compiled.revision,
      revision: compiled.revision + 1,
      ...changes,
      lists: NO_CHANGES,
      holdouts: NO_CHANGES,
    };
    const keyAt = (kind: ItemKind, index: number): string | undefined => changes[kind].upserted[index]?.key;
    return yield* attempt(compiled.applyDeltaInSteps(delta), environment, keyAt);
  }
}

const NO_CHANGES = { upserted: [], removed: [] };

function* attempt(
  compiling: Steps<CompiledSnapshot>,
  environment: string,
  keyAt: (kind: ItemKind, index: number) => string | undefined,
): Steps<Checked> {
  try {
    return new CheckedEnvironment(environment, yield* compiling);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'INVALID_CONFIGURATION') throw error;
    return { violations: error.violations.map((violation) => named(violation, environment, keyAt)) };
  }
}

/** Places in a snapshot or in a delta: by index, or by key where the item itself did not change. */
const PLACE = /^(flags|segments|layers)(?:\.upserted)?\[(?:(\d+)|("(?:[^"\\]|\\.)*"))\]/;

/** Names the place by keys, as in a declaration. */
function named(
  { field, description }: FieldViolation,
  environment: string,
  keyAt: (kind: ItemKind, index: number) => string | undefined,
): FieldViolation {
  const [place, kind, index, quoted] = PLACE.exec(field) ?? [];
  if (place === undefined) return { field, description };
  const rest = field.slice(place.length);
  const key = quoted === undefined ? (keyAt(kind as ItemKind, Number(index)) ?? index) : String(JSON.parse(quoted));
  return {
    field: `${String(kind)}.${String(key)}${isOfEnvironment(kind, rest) ? `.environments.${environment}` : ''}${rest}`,
    description,
  };
}

function isOfEnvironment(kind: string | undefined, rest: string): boolean {
  return kind === 'flags' && /^\.(rules|defaultVariant|offVariant|prerequisites|targets)/.test(rest);
}
