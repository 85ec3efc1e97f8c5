import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import { analyzeExperiment } from '@sortition/metrics';
import { v7 as uuidv7 } from 'uuid';

import { CLOCK } from '../../../runtime/clock-token.js';
import { EXPERIMENT_CATALOG, type ExperimentCatalog } from '../../admin/index.js';
import { EVENT_LOADER, type EventLoader } from '../../events/index.js';
import type { ResultSnapshot } from '../domain/result-snapshot.js';
import { ExperimentStatisticsSource } from './experiment-statistics-source.js';
import { resultsTelemetry } from './results-telemetry.js';
import { RESULT_STORE, type ResultStore } from './result-store.js';

/** Results are looked at while the experiment runs, and any success metric may ship it. */
const READING = { correction: 'bonferroni', look: 'again and again' } as const;

/** Computes the results of an experiment from everything acknowledged so far, and keeps them. */
@Injectable()
export class ComputeResults {
  constructor(
    @Inject(EXPERIMENT_CATALOG) private readonly catalog: ExperimentCatalog,
    @Inject(EVENT_LOADER) private readonly loader: EventLoader,
    @Inject(ExperimentStatisticsSource) private readonly source: ExperimentStatisticsSource,
    @Inject(RESULT_STORE) private readonly store: ResultStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param name resource name, `projects/p/experiments/x`.
   * @throws DomainError RESOURCE_NOT_FOUND, INVALID_STATE when it never started, DATABASE_UNAVAILABLE,
   *   WAREHOUSE_UNAVAILABLE.
   */
  async execute(organizationId: string, name: string): Promise<ResultSnapshot> {
    const startedMs = performance.now();
    const experiment = await this.catalog.forAnalysis(organizationId, name);
    const watermark = await this.loader.flush();
    const { statistics, sql, rows } = await this.source.query(experiment, watermark.time);
    const snapshot: ResultSnapshot = {
      id: uuidv7(),
      experiment: experiment.name,
      experimentId: experiment.id,
      computedAt: new Date(this.clock.now()),
      watermark: watermark.time,
      phase: experiment.phase,
      multipleExposureUnits: statistics.multipleExposureUnits,
      ...analyzeExperiment({ ...experiment, ...READING }, statistics.variants),
      queries: [{ label: experiment.key, sql, rows }],
    };
    await this.store.save(organizationId, snapshot);
    resultsTelemetry.duration.record((performance.now() - startedMs) / 1_000);
    return snapshot;
  }
}
