import type { AnalysisRequest } from './analysis-request.js';
import type { AnalysisResult, ArmAnalysis, MetricAnalysis } from './analysis-result.js';
import { armMoments } from './arm-moments.js';
import type { ArmMoments } from './arm-moments.js';
import { checkColumns } from './check-columns.js';
import { compareWithControl, describeControl } from './compare-arms.js';
import type { ComparedArm } from './compare-arms.js';
import { CsvTable } from './reading/csv-table.js';
import { checkUnits, findArms } from './find-arms.js';
import { expectedShares } from './parse-weights.js';
import { readMetric } from './read-metric.js';
import type { MetricColumn } from './read-metric.js';
import { checkSampleRatio } from './sample-ratio.js';

/**
 * Analyses an experiment that was assigned elsewhere, from one CSV file.
 *
 * @throws AnalysisError naming option, column, row and value at fault.
 */
export async function analyzeExperiment(request: AnalysisRequest): Promise<AnalysisResult> {
  const table = await CsvTable.open(request.file);
  try {
    checkColumns(request, table.columns);
    const arms = await findArms(table, request);
    const shares = expectedShares(arms, request.weights);
    if (request.unitColumn !== undefined) await checkUnits(table, request.unitColumn, request.variantColumn);
    const metrics: MetricColumn[] = [];
    for (const column of request.metricColumns) metrics.push(await readMetric(table, column, request.missing));

    const moments = await armMoments(table, request, metrics);
    const sizes = arms.map((arm) => moments.get(arm)?.[0]?.n ?? 0);
    const units = sizes.reduce((sum, size) => sum + size, 0);
    return {
      file: request.file,
      unit: request.unitColumn ?? null,
      variant: request.variantColumn,
      control: request.control,
      alpha: request.alpha,
      alternative: 'two-sided',
      correction: 'none',
      rows: table.rows,
      units,
      arms: arms.map((arm, index) => {
        const expectedShare = shares[index] ?? 0;
        return { arm, n: sizes[index] ?? 0, expectedShare, expected: expectedShare * units };
      }),
      srm: checkSampleRatio(sizes, shares),
      metrics: metrics.map((metric, index) => analyzeMetric(metric, index, arms, moments, request.alpha)),
    };
  } finally {
    table.close();
  }
}

function analyzeMetric(
  { column, kind }: MetricColumn,
  index: number,
  arms: readonly string[],
  moments: ArmMoments,
  alpha: number,
): MetricAnalysis {
  const compared = arms.flatMap((arm): ComparedArm[] => {
    const found = moments.get(arm)?.[index];
    return found ? [{ arm, moments: found }] : [];
  });
  const [control, ...others] = compared;
  const analyses: ArmAnalysis[] = control
    ? [describeControl(control), ...others.map((other) => compareWithControl(kind, control, other, alpha))]
    : [];
  return { metric: column, kind, arms: analyses };
}
