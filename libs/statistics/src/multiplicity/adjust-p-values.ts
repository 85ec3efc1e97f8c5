import { requireLength, requireProbability } from '../result/index.js';

/**
 * How a family of tests shares its error. The first four bound the chance of any false rejection: `bonferroni` and
 * `holm` always, `hochberg` and `hommel` under independence or positive dependence. The last two bound the expected
 * share of false rejections: `benjamini-hochberg` under independence or positive dependence, `benjamini-yekutieli`
 * always.
 */
export type MultiplicityMethod =
  'bonferroni' | 'holm' | 'hochberg' | 'hommel' | 'benjamini-hochberg' | 'benjamini-yekutieli';

/**
 * Adjusted p-values in the order given: a hypothesis is rejected at family level alpha exactly when its adjusted p-value
 * is at most alpha. With m p-values in ascending order p_(1) .. p_(m):
 *
 * - bonferroni: min(1, m p) (Dunn 1961)
 * - holm: running maximum of (m - i + 1) p_(i) (Holm 1979)
 * - hochberg: running minimum from the largest of (m - i + 1) p_(i) (Hochberg 1988)
 * - hommel: Hommel 1988, by the algorithm of Wright, Biometrics 1992, appendix
 * - benjamini-hochberg: running minimum from the largest of (m / i) p_(i) (Benjamini & Hochberg 1995)
 * - benjamini-yekutieli: the same times 1 + 1/2 + .. + 1/m (Benjamini & Yekutieli 2001)
 *
 * @param pValues at least one, each in [0, 1]; leave out tests that are not estimable.
 * @throws StatisticsError on an empty family or a p-value outside [0, 1].
 */
export function adjustPValues(method: MultiplicityMethod, pValues: readonly number[]): readonly number[] {
  requireLength('pValues', pValues, 1);
  pValues.forEach((p, i) => requireProbability(`pValues[${i}]`, p));
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const ascending = order.map((i) => pValues[i] ?? 0);
  const adjusted = adjustAscending(method, ascending);
  const result = new Array<number>(pValues.length).fill(1);
  order.forEach((position, rank) => {
    result[position] = Math.min(1, adjusted[rank] ?? 1);
  });
  return result;
}

function adjustAscending(method: MultiplicityMethod, p: readonly number[]): readonly number[] {
  const m = p.length;
  switch (method) {
    case 'bonferroni':
      return p.map((value) => m * value);
    case 'holm':
      return runningMaximum(p.map((value, i) => (m - i) * value));
    case 'hochberg':
      return runningMinimumFromEnd(p.map((value, i) => (m - i) * value));
    case 'hommel':
      return hommel(p);
    case 'benjamini-hochberg':
      return runningMinimumFromEnd(p.map((value, i) => (m / (i + 1)) * value));
    case 'benjamini-yekutieli':
      return runningMinimumFromEnd(p.map((value, i) => (m / (i + 1)) * value * harmonicNumber(m)));
  }
}

/** 1 + 1/2 + .. + 1/m. */
export function harmonicNumber(m: number): number {
  let sum = 0;
  for (let i = 1; i <= m; i += 1) sum += 1 / i;
  return sum;
}

function hommel(p: readonly number[]): readonly number[] {
  const m = p.length;
  const at = (i: number): number => p[i] ?? 1;
  const adjusted = [...p];
  const raise = (i: number, bound: number): void => {
    adjusted[i] = Math.max(adjusted[i] ?? 0, bound);
  };
  for (let size = m; size > 1; size -= 1) {
    const first = m - size + 1;
    let bound = Number.POSITIVE_INFINITY;
    for (let i = first; i < m; i += 1) bound = Math.min(bound, (size * at(i)) / (size + i - m + 1));
    for (let i = first; i < m; i += 1) raise(i, bound);
    for (let i = 0; i < first; i += 1) raise(i, Math.min(bound, size * at(i)));
  }
  return adjusted;
}

function runningMaximum(values: readonly number[]): readonly number[] {
  let largest = 0;
  return values.map((value) => (largest = Math.max(largest, value)));
}

function runningMinimumFromEnd(values: readonly number[]): readonly number[] {
  let least = 1;
  return values.reduceRight<number[]>((result, value, i) => {
    least = Math.min(least, value);
    result[i] = least;
    return result;
  }, new Array<number>(values.length));
}
