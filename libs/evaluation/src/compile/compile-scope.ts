import { attributeReader, type AttributeReader } from '../conditions/attribute-reader.js';
import type { ConditionScope, Members } from '../conditions/compile-condition.js';
import type { Test } from '../conditions/test.js';
import type { OperatorRegistry } from '../conditions/operator-registry.js';
import type { CompiledFlag } from '../evaluate/compiled-flag.js';
import type { Condition, Holdout, Layer } from '../model/index.js';
import type { CompileKit } from './compile-kit.js';
import type { ItemId } from './item-id.js';
import { SharingMap } from './sharing-map.js';

/** A segment ready to be tested. */
export interface CompiledSegment {
  readonly condition: Condition;
  readonly test: Test;
  readonly references: readonly ItemId[];
}

/** The compiled items of one environment by key. Never changed once a snapshot holds them. */
export interface CompiledItems {
  readonly flags: SharingMap<CompiledFlag>;
  /** What flags refer to; those that refer to nothing are left out. */
  readonly references: ReadonlyMap<string, readonly ItemId[]>;
  readonly segments: Map<string, CompiledSegment>;
  readonly lists: Map<string, Members>;
  readonly layers: ReadonlyMap<string, Layer>;
  readonly holdouts: ReadonlyMap<string, Holdout>;
  readonly origin: Origin;
}

/** Where items come from, told by marks that hold on to nothing. */
export interface Origin {
  readonly mark: object;
  /** The mark of the items that these were made from. */
  readonly before: object;
  /** The flags that may be decided differently since. */
  readonly changed: ReadonlySet<string>;
}

/** Everything that a flag may refer to while it is compiled. */
export class CompileScope implements ConditionScope {
  readonly #readers = new Map<string, AttributeReader>();

  constructor(
    readonly items: CompiledItems,
    readonly kit: CompileKit,
  ) {}

  get operators(): OperatorRegistry {
    return this.kit.operators;
  }

  segment(key: string): Test | undefined {
    return this.items.segments.get(key)?.test;
  }

  list(key: string): Members | undefined {
    return this.items.lists.get(key);
  }

  layer(key: string): Layer | undefined {
    return this.items.layers.get(key);
  }

  holdout(key: string): Holdout | undefined {
    return this.items.holdouts.get(key);
  }

  reader(path: string): AttributeReader {
    const known = this.#readers.get(path);
    if (known !== undefined) return known;
    const reader = attributeReader(path);
    this.#readers.set(path, reader);
    return reader;
  }
}

export function noItems(): CompiledItems {
  const maps = { segments: new Map(), lists: new Map(), layers: new Map(), holdouts: new Map(), references: new Map() };
  return { ...maps, flags: new SharingMap(), origin: { mark: {}, before: {}, changed: new Set() } };
}
