import { analyzeExperiment } from '@sortition/metrics';

import { shownMetric, shownSampleRatio } from '../results-view/experiment-results.js';
import type { AnalysisRequest } from './analysis-request.js';
import type { AnalysisResult } from './analysis-result.js';
import { checkColumns } from './check-columns.js';
import { checkUnits, findVariants } from './find-variants.js';
import { expectedShares } from './parse-weights.js';
import { CsvTable } from './reading/csv-table.js';
import { readMetric } from './read-metric.js';
import type { MetricColumn } from './read-metric.js';
import { variantStatistics } from './variant-statistics.js';

/**
 * Analyses an experiment that was assigned elsewhere, from one CSV file, as the platform analyses its own.
 *
 * @throws AnalysisError naming option, column, row and value at fault.
 */
export async function analyzeFile(request: AnalysisRequest): Promise<AnalysisResult> {
  const table = await CsvTable.open(request.file);
  try {
    checkColumns(request, table.columns);
    const variants = await findVariants(table, request);
    const shares = expectedShares(variants, request.weights);
    if (request.unitColumn !== undefined) await checkUnits(table, request.unitColumn, request.variantColumn);
    const columns: MetricColumn[] = [];
    for (const column of request.metricColumns) columns.push(await readMetric(table, column, request.missing));

    const findings = analyzeExperiment(
      {
        control: request.control,
        alpha: request.alpha,
        allocations: variants.map((variant, index) => ({ variant, weight: shares[index] ?? 0 })),
        metrics: columns.map(designed),
        correction: 'none',
        look: 'once',
      },
      await variantStatistics(table, request, columns),
    );
    return {
      file: request.file,
      unit: request.unitColumn ?? null,
      variant: request.variantColumn,
      control: request.control,
      alpha: request.alpha,
      correction: findings.correction ?? 'none',
      rows: table.rows,
      units: findings.units,
      sampleRatio: shownSampleRatio(findings.sampleRatio),
      metrics: findings.metrics.map(shownMetric),
    };
  } finally {
    table.close();
  }
}

/** A file says neither what a metric means to the decision nor which direction is good; tests look both ways. */
function designed({ column, kind }: MetricColumn): Parameters<typeof analyzeExperiment>[0]['metrics'][number] {
  return {
    key: column,
    role: 'success',
    definition: { description: '', kind, event: column, aggregation: 'sum', direction: 'increase' },
  };
}
