import type { MetricDefinition } from '@sortition/declaration';

/** What analysis needs to know of an experiment. Exported by the admin module to the metrics module. */
export interface ExperimentCatalog {
  /**
   * @param name resource name, `projects/p/experiments/x`.
   * @throws DomainError RESOURCE_NOT_FOUND; INVALID_STATE when the experiment never started.
   */
  forAnalysis(organizationId: string, name: string): Promise<AnalyzedExperiment>;
}

export interface AnalyzedExperiment {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly environmentId: string;
  readonly flag: string;
  readonly unitAttribute: string;
  readonly phase: number;
  readonly control: string;
  readonly allocations: readonly { readonly variant: string; readonly weight: number }[];
  readonly alpha: number;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  readonly metrics: readonly AnalyzedMetric[];
}

export interface AnalyzedMetric {
  readonly key: string;
  readonly role: 'success' | 'guardrail';
  readonly definition: MetricDefinition;
}

export const EXPERIMENT_CATALOG = Symbol('ExperimentCatalog');
