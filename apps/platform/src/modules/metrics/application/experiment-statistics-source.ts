import { Inject, Injectable } from '@nestjs/common';
import {
  dialectNamed,
  type ExperimentAnalysis,
  experimentQuery,
  type ExperimentStatistics,
  experimentStatistics,
} from '@sortition/metric-sql';
import { METRIC_KIND_RECORDS, type PlanTiming } from '@sortition/metrics';
import type { Warehouse } from '@sortition/plugin-sdk';

import { WAREHOUSE } from '../../../runtime/warehouse/warehouse-token.js';
import type { AnalyzedExperiment } from '../../admin/index.js';

/**
 * Clocks of the machines may differ; what is received this much before the start is looked at too. Only exposures that
 * name the phase count, so this lets nothing in that does not belong.
 */
const CLOCK_SLACK_MS = 60 * 60_000;
const DEFAULT_UNIT_ATTRIBUTE = 'targetingKey';

export interface QueriedStatistics {
  readonly statistics: ExperimentStatistics;
  readonly sql: string;
  readonly rows: number;
}

/** Asks the warehouse for the sums of an experiment. */
@Injectable()
export class ExperimentStatisticsSource {
  constructor(@Inject(WAREHOUSE) private readonly warehouse: Warehouse) {}

  /**
   * @param watermark every event received up to then is in the warehouse.
   * @throws DomainError WAREHOUSE_UNAVAILABLE.
   */
  async query(experiment: AnalyzedExperiment, watermark: Date): Promise<QueriedStatistics> {
    const dialect = dialectNamed(this.warehouse.dialect);
    if (!dialect) throw new Error(`No SQL is known for the warehouse's dialect "${this.warehouse.dialect}".`);
    const analysis = analysisOf(experiment, { asOfMicros: watermark.getTime() * 1_000 });
    const { sql, parameters } = experimentQuery(analysis, dialect);
    const rows = await this.warehouse.query(sql, parameters);
    return { statistics: experimentStatistics(rows, analysis.metrics), sql, rows: rows.length };
  }
}

function analysisOf(experiment: AnalyzedExperiment, timing: PlanTiming): ExperimentAnalysis {
  return {
    environmentId: experiment.environmentId,
    experiment: experiment.key,
    phase: experiment.phase,
    unitAttribute: experiment.unitAttribute === '' ? DEFAULT_UNIT_ATTRIBUTE : experiment.unitAttribute,
    receivedFromMicros: (experiment.startedAt.getTime() - CLOCK_SLACK_MS) * 1_000,
    endedMicros: experiment.endedAt && experiment.endedAt.getTime() * 1_000,
    metrics: experiment.metrics.map(({ definition }) => METRIC_KIND_RECORDS[definition.kind].plan(definition, timing)),
  };
}
