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

/** @param centres constants that are subtracted from the two numbers first; near their means no digits are lost. */
export function jointMomentsOf(
  { n, sums, products }: PairStatistics,
  columns: readonly [string, string],
  centres: readonly [number, number] = [0, 0],
): JointMoments {
  const shifted = [sums[0] - n * centres[0], sums[1] - n * centres[1]] as const;
  const about = (product: number, one: number, other: number): number => (n === 0 ? 0 : product + (one * other) / n);
  const product = about(products[0][1], ...shifted);
  return {
    n,
    columns,
    sums: shifted,
    crossProducts: [
      [about(products[0][0], shifted[0], shifted[0]), product],
      [product, about(products[1][1], shifted[1], shifted[1])],
    ],
  };
}

/** The outcome of a pair without its covariate. */
export function outcomeOf({ n, sums, products }: PairStatistics): Moments {
  return { n, sum: sums[0], sumOfSquares: products[0][0], centre: n === 0 ? 0 : sums[0] / n };
}

/** The same of an outcome of 0 and 1. */
export function shareOf({ n, sums }: PairStatistics): Moments {
  return { n, sum: sums[0], sumOfSquares: sums[0] };
}

function unexpected({ summary }: MetricStatistics, wanted: string): Error {
  return new Error(`The metric's plan asks for ${wanted}, and there are the sums of "${summary}".`);
}
