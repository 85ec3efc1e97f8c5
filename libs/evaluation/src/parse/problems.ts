/* eslint-disable @typescript-eslint/no-confusing-void-expression -- noting a problem stands for the value that is missing */
import type { FieldViolation } from '@sortition/kernel';

import type { ItemId, ItemKind } from '../compile/item-id.js';
import type { OperatorRegistry } from '../conditions/operator-registry.js';
import { quote } from './quote.js';

/** A key that something must have, and where that is said. */
export interface Reference extends ItemId {
  readonly path: string;
  /** Variants that the flag must have. */
  readonly variants?: readonly string[];
}

/** Most conditions and JSON values, nested ones included, of one configuration. */
const PART_LIMIT = 2_000_000;

/** Most problems that are listed, so that a refusal of millions of values stays one that can be sent. */
const PROBLEM_LIMIT = 10_000;

/** Collects every problem of a configuration, so that a refusal lists them all. */
export class Problems {
  readonly found: FieldViolation[] = [];
  /** What the parts that were read refer to; checked when everything is known. */
  readonly references: Reference[] = [];

  /** Keys of items that are there and cannot be read; what refers to them is not blamed for it. */
  readonly unread: Readonly<Record<ItemKind, Set<string>>> = {
    flag: new Set(),
    segment: new Set(),
    list: new Set(),
    layer: new Set(),
    holdout: new Set(),
  };

  #parts = 0;

  constructor(readonly operators: OperatorRegistry) {}

  /** Notes a problem. Returns undefined so that a reader can `return problems.add(...)`. */
  add(path: string, reason: string, value: unknown): undefined {
    return this.note(path, `${reason}, got ${quote(value)}`);
  }

  /**
   * Counts a nested part; false, with a problem noted, when there are too many, or when
   * no more problems can be listed. Parts that contain each other twice
   * over would otherwise take for ever.
   */
  admit(path: string): boolean {
    this.#parts += 1;
    if (this.#parts > PART_LIMIT)
      this.note(path, `the configuration must not have more than ${PART_LIMIT} nested parts`);
    return this.#parts <= PART_LIMIT && this.found.length < PROBLEM_LIMIT;
  }

  /** Notes a problem whose reason says everything. */
  note(path: string, reason: string): undefined {
    if (this.found.length < PROBLEM_LIMIT) this.found.push({ field: path, description: reason });
    return undefined;
  }
}
