import type { FieldViolation } from '@sortition/kernel';

import type { ItemId } from '../compile/item-id.js';
import type { OperatorRegistry } from '../conditions/operator-registry.js';
import { quote } from './quote.js';

/** A key that something must have, and where that is said. */
export interface Reference extends ItemId {
  readonly path: string;
  /** Variants that the flag must have. */
  readonly variants?: readonly string[];
}

/** Most problems that are listed, so that a refusal of millions of values stays one that can be sent. */
const PROBLEM_LIMIT = 10_000;

/** Collects every problem of a configuration, so that a refusal lists them all. */
export class Problems {
  readonly found: FieldViolation[] = [];
  /** What the parts that were read refer to; checked when everything is known. */
  readonly references: Reference[] = [];

  constructor(readonly operators: OperatorRegistry) {}

  /** Notes a problem. Returns undefined so that a reader can `return problems.add(...)`. */
  add(path: string, reason: string, value: unknown): undefined {
    return this.note(path, `${reason}, got ${quote(value)}`);
  }

  /** Notes a problem whose reason says everything. */
  note(path: string, reason: string): undefined {
    if (this.found.length < PROBLEM_LIMIT) this.found.push({ field: path, description: reason });
    return undefined;
  }
}
