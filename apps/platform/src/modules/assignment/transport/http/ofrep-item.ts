import type { Decision, ExperimentAssignment } from '@sortition/evaluation';

import { servedReason } from '../served-reason.js';

/**
 * Metadata names that carry what a client needs to record an exposure when the application reads the value. A decision
 * without an experiment's assignment has none of them.
 */
export const EXPOSURE_METADATA = {
  rule: 'sortition.rule',
  experiment: 'sortition.experiment',
  phase: 'sortition.phase',
  unitAttribute: 'sortition.unitAttribute',
  unit: 'sortition.unit',
  /** JSON text: the assignments of fall-through rules passed on the way, each with rule, variant and the above. */
  passed: 'sortition.passed',
} as const;

type Metadata = Readonly<Record<string, string | number | boolean>>;

/** The answer for one flag; the same decision always gives the same JSON. */
export type OfrepItem = OfrepSuccess | OfrepFailure;

export interface OfrepSuccess {
  readonly key: string;
  readonly reason: string;
  /** Absent: the application's own default applies. */
  readonly value?: unknown;
  readonly variant?: string;
  readonly metadata?: Metadata;
}

export interface OfrepFailure {
  readonly key: string;
  readonly errorCode: string;
  readonly errorDetails?: string;
  readonly metadata?: Metadata;
}

/** The protocol's form of a decision. `setMetadata` is overlaid by the flag's own. */
export function ofrepItem(key: string, decision: Decision, setMetadata?: Metadata): OfrepItem {
  const { value, variant, errorCode, errorMessage } = decision;
  const metadata = metadataOf(decision, setMetadata);
  if (errorCode !== undefined) {
    return { key, errorCode, ...(errorMessage !== undefined && { errorDetails: errorMessage }), ...metadata };
  }
  const reason = servedReason(decision);
  return { key, reason, ...(value !== undefined && { value }), ...(variant !== undefined && { variant }), ...metadata };
}

export function isFailure(item: OfrepItem): item is OfrepFailure {
  return 'errorCode' in item;
}

function metadataOf(decision: Decision, setMetadata: Metadata | undefined): { readonly metadata?: Metadata } {
  const all: Record<string, string | number | boolean> = { ...setMetadata, ...decision.metadata };
  if (decision.assignment) {
    if (decision.rule !== undefined) all[EXPOSURE_METADATA.rule] = decision.rule;
    const { experiment, phase, unitAttribute, unit } = decision.assignment;
    all[EXPOSURE_METADATA.experiment] = experiment;
    all[EXPOSURE_METADATA.phase] = phase;
    all[EXPOSURE_METADATA.unitAttribute] = unitAttribute;
    all[EXPOSURE_METADATA.unit] = unit;
  }
  const passed = decision.passed?.flatMap(({ rule, variant, assignment }) =>
    assignment ? [{ rule, variant, ...flat(assignment) }] : [],
  );
  if (passed && passed.length > 0) all[EXPOSURE_METADATA.passed] = JSON.stringify(passed);
  return Object.keys(all).length === 0 ? {} : { metadata: all };
}

function flat({ experiment, phase, unitAttribute, unit }: ExperimentAssignment): ExperimentAssignment {
  return { experiment, phase, unitAttribute, unit };
}
