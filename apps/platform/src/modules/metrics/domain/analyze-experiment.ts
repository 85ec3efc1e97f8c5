import type { Moments } from '@sortition/statistics';

import type { Arm } from './compare-arms.js';
import { compareArms } from './compare-arms.js';
import { checkSampleRatio } from './check-sample-ratio.js';
import type { MetricResult, SampleRatioCheck, VariantSummary, VariantUnits } from './result-snapshot.js';

/** What the analysis must know of the experiment. */
export interface ExperimentDesign {
  readonly control: string;
  readonly alpha: number;
  readonly allocations: readonly { readonly variant: string; readonly weight: number }[];
  readonly metrics: readonly DesignedMetric[];
}

type DesignedMetric = Pick<MetricResult, 'role' | 'kind' | 'direction'> & { readonly key: string };

/** What the warehouse counted and summed up. A variant that it does not mention has no units. */
export interface ObservedVariant {
  readonly variant: string;
  readonly units: number;
  /** In the order of the design's metrics. */
  readonly metrics: readonly ObservedNumbers[];
}

/** The sums of one metric over the units of a variant, and how many units are not in them. */
export interface ObservedNumbers extends Omit<Moments, 'n'> {
  /** Units whose number is too large to be added up; default 0. */
  readonly beyondRange?: number;
}

export interface ExperimentFindings {
  readonly units: readonly VariantUnits[];
  readonly sampleRatio: SampleRatioCheck;
  readonly metrics: readonly MetricResult[];
}

/** Turns sums into results: variants in the order of the allocation, each other variant against the control. */
export function analyzeExperiment(design: ExperimentDesign, observed: readonly ObservedVariant[]): ExperimentFindings {
  const totalWeight = design.allocations.reduce((sum, { weight }) => sum + weight, 0);
  const observedOf = new Map(observed.map((variant) => [variant.variant, variant]));
  const units = design.allocations.map(({ variant, weight }) => ({
    variant,
    units: observedOf.get(variant)?.units ?? 0,
    expectedShare: weight / totalWeight,
  }));
  return {
    units,
    sampleRatio: checkSampleRatio(units),
    metrics: design.metrics.map((metric, index) => {
      const arms = units.map((variant) => armOf(variant, observedOf.get(variant.variant)?.metrics[index]));
      return resultOf(metric, arms, design);
    }),
  };
}

const NOTHING: ObservedNumbers = { sum: 0, sumOfSquares: 0, nonZero: 0, negative: 0 };

function armOf({ variant, units }: VariantUnits, observed: ObservedNumbers | undefined): Arm {
  const { beyondRange = 0, ...sums } = observed ?? NOTHING;
  return { variant, moments: { n: units, ...sums }, beyondRange };
}

function resultOf(metric: DesignedMetric, arms: readonly Arm[], { control, alpha }: ExperimentDesign): MetricResult {
  const { key, role, kind, direction } = metric;
  const controlArm = arms.find(({ variant }) => variant === control);
  const treatments = arms.filter(({ variant }) => variant !== control);
  return {
    metric: key,
    role,
    kind,
    direction,
    variants: arms.map(summaryOf),
    comparisons: controlArm ? treatments.map((arm) => compareArms(kind, controlArm, arm, alpha)) : [],
  };
}

function summaryOf({ variant, moments: { n, sum }, beyondRange }: Arm): VariantSummary {
  return { variant, units: n, sum, ...(n > 0 && beyondRange === 0 && { mean: sum / n }) };
}
