import type { MetricDefinition } from '@sortition/declaration';
import { emptyStatistics, type MetricStatistics } from '@sortition/metric-sql';

import { checkSampleRatio } from './check-sample-ratio.js';
import { compareVariants, type Look, type ObservedVariantMetric } from './compare-variants.js';
import type { Correction, ExperimentFindings, MetricResult, MetricRole, VariantSummary } from './findings.js';
import { METRIC_KIND_RECORDS } from './metric-kinds.js';

/** What the analysis must know of the experiment. */
export interface ExperimentDesign {
  readonly control: string;
  readonly alpha: number;
  readonly allocations: readonly { readonly variant: string; readonly weight: number }[];
  readonly metrics: readonly DesignedMetric[];
  /** How the tests of several success metrics and variants share the level. */
  readonly correction: Correction;
  /** How often the numbers are looked at. */
  readonly look: Look;
}

export interface DesignedMetric {
  readonly key: string;
  readonly role: MetricRole;
  readonly definition: MetricDefinition;
}

/** What the warehouse counted and summed up. A variant that it does not mention has no units. */
export interface ObservedVariant {
  readonly variant: string;
  readonly units: number;
  /** In the order of the design's metrics. */
  readonly metrics: readonly MetricStatistics[];
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
  const comparisons = successComparisons(design);
  return {
    units,
    sampleRatio: checkSampleRatio(units, design.look),
    metrics: design.metrics.map((metric, index) => {
      const variants = units.map(({ variant }) => ({
        variant,
        statistics: observedOf.get(variant)?.metrics[index] ?? nothingOf(metric.definition),
      }));
      return resultOf(metric, variants, design);
    }),
    correction: comparisons > 1 ? design.correction : 'none',
  };
}

function nothingOf(metric: MetricDefinition): MetricStatistics {
  return emptyStatistics(METRIC_KIND_RECORDS[metric.kind].plan(metric, { asOfMicros: 0 }).summary);
}

function resultOf(
  { key, role, definition }: DesignedMetric,
  variants: readonly ObservedVariantMetric[],
  design: ExperimentDesign,
): MetricResult {
  const { kind, direction, unitOfMeasure } = definition;
  const control = variants.find(({ variant }) => variant === design.control);
  const treatments = variants.filter(({ variant }) => variant !== design.control);
  const levels = { alpha: levelOf(role, design), guardrailAlpha: design.alpha, role, look: design.look };
  return {
    metric: key,
    role,
    kind,
    direction,
    ...(unitOfMeasure !== undefined && { unitOfMeasure }),
    variants: variants.map((variant) => summaryOf(definition, variant)),
    comparisons: control ? treatments.map((treatment) => compareVariants(definition, control, treatment, levels)) : [],
  };
}

/** Any success metric of any variant may ship it, so these tests share the level; a guardrail can only hold it back. */
function levelOf(role: MetricRole, design: ExperimentDesign): number {
  const isShared = design.correction === 'bonferroni' && role === 'success';
  return isShared ? design.alpha / Math.max(1, successComparisons(design)) : design.alpha;
}

function successComparisons({ metrics, allocations }: ExperimentDesign): number {
  return metrics.filter(({ role }) => role === 'success').length * (allocations.length - 1);
}

function summaryOf(metric: MetricDefinition, { variant, statistics }: ObservedVariantMetric): VariantSummary {
  return { variant, units: statistics.n, ...METRIC_KIND_RECORDS[metric.kind].summarise(statistics) };
}
