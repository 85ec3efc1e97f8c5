import type { MetricStatistics, NumberStatistics, PairStatistics, QuantileStatistics } from '@sortition/metric-sql';
import type { JointMoments, Moments } from '@sortition/statistics';

/** @throws Error when the sums are not those that the metric's plan asks for. */
export function numberIn(statistics: MetricStatistics): NumberStatistics {
  if (statistics.summary === 'share' || statistics.summary === 'number') return statistics;
  throw unexpected(statistics, 'a share or a number');
}

export function pairIn(statistics: MetricStatistics): PairStatistics {
  if (statistics.summary === 'pair') return statistics;
  throw unexpected(statistics, 'a pair');
}

export function quantileIn(statistics: MetricStatistics): QuantileStatistics {
  if (statistics.summary === 'quantile') return statistics;
  throw unexpected(statistics, 'a quantile');
}

export function momentsOf({ n, sum, sumOfSquares, centre, nonZero, negative }: NumberStatistics): Moments {
  return { n, sum, sumOfSquares, centre, nonZero, negative };
}

export function jointMomentsOf(
  { n, sums, crossProducts }: PairStatistics,
  columns: readonly [string, string],
): JointMoments {
  return { n, columns, sums, crossProducts };
}

/** The outcome of a pair without its covariate. */
export function outcomeOf({ n, sums, crossProducts }: PairStatistics): Moments {
  return { n, sum: sums[0], sumOfSquares: crossProducts[0][0] };
}

function unexpected({ summary }: MetricStatistics, wanted: string): Error {
  return new Error(`The metric's plan asks for ${wanted}, and there are the sums of "${summary}".`);
}
