import { readFileSync } from 'node:fs';

import type { JsonObject, JsonValue } from '@sortition/kernel';

/** Major version of the vector files that {@link bucketingVectors} and {@link evaluationVectors} read. */
const SPEC_MAJOR = '1';

/** `vectors/bucketing.json`: one program bound to one split, and what it makes of units. */
export interface BucketingVector {
  readonly name: string;
  /** Where the expectations come from: a vendor's SDK and version, or a published constant. */
  readonly source: string;
  readonly flag: string;
  /** A `Split` of the flag model. */
  readonly split: JsonObject;
  readonly cases: readonly BucketingCase[];
}

export interface BucketingCase {
  /** Null: the context holds no unit. */
  readonly unit: string | null;
  /** The number compared with ranges; absent: not stated. */
  readonly number?: number;
  /** Null: no allocation owns the unit; absent: not stated. */
  readonly variant?: string | null;
}

/** `vectors/evaluation.json`: snapshots, and what flags decide for contexts. */
export interface EvaluationVector {
  readonly name: string;
  /** A `Snapshot` of the flag model. */
  readonly snapshot: JsonObject;
  readonly cases: readonly EvaluationCase[];
}

export interface EvaluationCase {
  readonly name: string;
  readonly flag: string;
  readonly context: JsonObject;
  /** Milliseconds since the Unix epoch; absent: the case does not depend on time. */
  readonly now?: number;
  /** Present: decided in two steps, the second with these stored assignments. */
  readonly stored?: readonly StoredAssignment[];
  /** The assignments to store afterwards; absent: not stated. */
  readonly writes?: readonly StoredAssignment[];
  readonly expected: ExpectedDecision;
}

export interface StoredAssignment {
  readonly materialization: string;
  readonly unit: string;
  readonly variant: string;
}

/** Absent fields are expected to be undefined. */
export interface ExpectedDecision {
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason: string;
  readonly rule?: string;
  readonly errorCode?: string;
  readonly assignment?: JsonObject;
  readonly passed?: readonly JsonObject[];
  readonly metadata?: JsonObject;
}

/** Reads `vectors/bucketing.json`. Throws when its version is not one that these types describe. */
export function bucketingVectors(): readonly BucketingVector[] {
  return read('bucketing', 'programs') as readonly BucketingVector[];
}

/** Reads `vectors/evaluation.json`. Throws when its version is not one that these types describe. */
export function evaluationVectors(): readonly EvaluationVector[] {
  return read('evaluation', 'suites') as readonly EvaluationVector[];
}

function read(name: string, field: string): unknown {
  const file = new URL(`../vectors/${name}.json`, import.meta.url);
  const content = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  const version = String(content['specVersion']);
  if (version.split('.')[0] !== SPEC_MAJOR)
    throw new Error(`${name}.json has specVersion "${version}", not ${SPEC_MAJOR}.x`);
  return content[field];
}
