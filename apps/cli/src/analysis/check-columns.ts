import { suggestion } from '../failure/nearest-names.js';
import { quoted } from '../failure/quoted.js';
import { AnalysisError } from './analysis-error.js';
import type { AnalysisRequest } from './analysis-request.js';

/** @throws AnalysisError when a column does not exist or has two roles. */
export function checkColumns(request: AnalysisRequest, columns: readonly string[]): void {
  const roles = new Map<string, string>();
  const take = (option: string, column: string): void => {
    if (!columns.includes(column)) {
      throw new AnalysisError(
        option,
        `${option}: the file has no column ${quoted(column)}; ${suggestion(column, columns)}`,
      );
    }
    const taken = roles.get(column);
    if (taken !== undefined) {
      throw new AnalysisError(
        option,
        `${option}: column ${quoted(column)} is named by ${taken} already; name another one.`,
      );
    }
    roles.set(column, option);
  };
  if (request.unitColumn !== undefined) take('--unit', request.unitColumn);
  take('--variant', request.variantColumn);
  for (const metric of request.metricColumns) take('--metric', metric);
}
