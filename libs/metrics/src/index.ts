export { analyzeExperiment } from './analyze-experiment.js';
export type { DesignedMetric, ExperimentDesign, ObservedVariant } from './analyze-experiment.js';
export type {
  AlwaysValidTest,
  Comparison,
  ComparisonTest,
  Correction,
  Estimate,
  ExperimentFindings,
  MetricResult,
  MetricRole,
  NonInferiorityTest,
  SampleRatioCheck,
  VariantSummary,
  VariantUnits,
} from './findings.js';
export type { MetricKindRecord, PlanTiming, PreparedComparison } from './metric-kind.js';
export { METRIC_KIND_RECORDS } from './metric-kinds.js';
