import type { Allocation, BucketingProgram, BucketRange, Gate } from '@sortition/evaluation';
import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import { percentOf } from '../declared-shares.js';
import { hasOwnSalt, isNative } from '../declared-split.js';

export type ExperimentState = 'draft' | 'running' | 'ended';

/** A question, the flag that varies, who takes part and what decides. Times are milliseconds since the Unix epoch. */
export interface ExperimentDefinition {
  readonly hypothesis: string;
  /** Key of the environment in which it runs. */
  readonly environment: string;
  /** Key of the flag whose variants it compares. */
  readonly flag: string;
  /** Attribute path of the randomization unit. Absent: the targeting key. */
  readonly unit?: string;
  /** The variant that the others are compared with. */
  readonly control: string;
  /** Walked in order. Weights are whole and sum to 1,000,000, or are in the units of the program. */
  readonly allocations: readonly Allocation[];
  /** Of an imported experiment. Absent: the native program. */
  readonly program?: BucketingProgram;
  /** Of an imported experiment: stages before the split, each with a hash of its own. */
  readonly gates?: readonly Gate[];
  /** Key of the layer. Absent: it excludes no other experiment. */
  readonly layer?: string;
  readonly layerBuckets?: number;
  readonly metrics: readonly ExperimentMetric[];
  /** Accepted probability of a false positive, in (0,1). */
  readonly alpha: number;
  /** Of the variant split. Made on creation and kept. */
  readonly salt: string;
  readonly state: ExperimentState;
  /** Oldest first; empty while a draft. A change of weights while running starts a new one. */
  readonly phases: readonly ExperimentPhase[];
  /** Present once started with a layer; occupied while it runs, history afterwards. */
  readonly occupancy?: LayerOccupancy;
  /** True: units keep the variant they first got, whatever the weights become. */
  readonly sticky?: boolean;
  /** True: only units that have a variant take part. Needs `sticky`. */
  readonly intakePaused?: boolean;
}

export interface ExperimentMetric {
  readonly metric: string;
  readonly role: 'success' | 'guardrail';
}

export interface ExperimentPhase {
  readonly allocations: readonly Allocation[];
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** Buckets of a layer and the seed from which they were drawn. */
export interface LayerOccupancy {
  readonly seed: string;
  readonly ranges: readonly BucketRange[];
}

const TOTAL_WEIGHT = 1_000_000;
export const DEFAULT_ALPHA = 0.05;

/** What a writer leaves out: alpha 0 reads as 0.05. */
export function alphaOrDefault(alpha: number): number {
  return alpha === 0 ? DEFAULT_ALPHA : alpha;
}

/** What is wrong with an experiment by itself; what it refers to is checked with its project. */
export function experimentProblems(experiment: ExperimentDefinition, at: string): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  const require = (holds: boolean, field: string, value: unknown, reason: string): void => {
    if (!holds) problems.push(violationOf(`${at}.${field}`, value, reason));
  };
  const { allocations, control, layer, layerBuckets, metrics, alpha, salt, sticky, intakePaused } = experiment;
  const { program } = experiment;
  const variants = allocations.map(({ variant }) => variant);
  const total = allocations.reduce((sum, { weight }) => sum + weight, 0);
  require(allocations.length >= 2, 'allocations', variants, 'must hold the control and at least one other variant');
  require(new Set(variants).size === variants.length, 'allocations', variants, 'must name each variant once');
  require(variants.includes(control), 'controlVariant', control, `must be one of ${variants.join(', ')}`);
  if (isNative(experiment)) {
    allocations.forEach(({ weight }, index) => {
      require(Number.isInteger(weight) &&
        weight >= 1, `allocations[${index}].weight`, weight, 'must be a whole number of at least 1');
    });
    const wanted = 'must have weights that sum to 1,000,000, which is 100 %';
    const got = `${total.toLocaleString('en')}, which is ${percentOf(total)} %`;
    if (total !== TOTAL_WEIGHT) problems.push({ field: `${at}.allocations`, description: `${wanted}, got ${got}` });
  }
  require(alpha > 0 && alpha < 1, 'alpha', alpha, 'must be between 0 and 1, both exclusive');
  require(!hasOwnSalt(program) || (salt !== '' && !salt.includes('/')), 'salt', salt, 'must be text without "/"');
  require(intakePaused !== true || sticky === true, 'intakePaused', intakePaused, 'needs a sticky experiment');
  const metricKeys = metrics.map(({ metric }) => metric);
  require(new Set(metricKeys).size === metricKeys.length, 'metrics', metricKeys, 'must name each metric once');
  if (layer === undefined) require(layerBuckets === undefined, 'layerBuckets', layerBuckets, 'needs a layer');
  else {
    const fits =
      layerBuckets !== undefined && Number.isInteger(layerBuckets) && layerBuckets >= 1 && layerBuckets <= TOTAL_WEIGHT;
    require(fits, 'layerBuckets', layerBuckets, `must be a whole number from 1 to ${TOTAL_WEIGHT} with a layer`);
  }
  return problems;
}
