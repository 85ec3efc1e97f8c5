import type { JointMoments } from '@sortition/statistics';

/** Joint moments of an outcome and its covariates, drawn one unit after the other into the row that is handed over. */
export function momentsOfDraws(units: number, covariates: number, drawInto: (row: Float64Array) => void): JointMoments {
  const size = covariates + 1;
  const row = new Float64Array(size);
  const sums = new Float64Array(size);
  const products = new Float64Array(size * size);
  for (let unit = 0; unit < units; unit += 1) {
    drawInto(row);
    addUnits(sums, products, row, 1);
  }
  return momentsOf(units, sums, products);
}

/** Joint moments of rows that several units share. */
export function momentsOfCounts(rows: Iterable<readonly [row: ArrayLike<number>, count: number]>, size: number) {
  const sums = new Float64Array(size);
  const products = new Float64Array(size * size);
  let units = 0;
  for (const [row, count] of rows) {
    units += count;
    addUnits(sums, products, row, count);
  }
  return momentsOf(units, sums, products);
}

/** Fills the lower triangle of the products. */
function addUnits(sums: Float64Array, products: Float64Array, row: ArrayLike<number>, count: number): void {
  const size = row.length;
  for (let i = 0; i < size; i += 1) {
    const weighted = count * (row[i] ?? 0);
    sums[i] = (sums[i] ?? 0) + weighted;
    for (let j = 0; j <= i; j += 1) {
      const place = i * size + j;
      products[place] = (products[place] ?? 0) + weighted * (row[j] ?? 0);
    }
  }
}

function momentsOf(n: number, sums: Float64Array, products: Float64Array): JointMoments {
  const size = sums.length;
  return {
    n,
    columns: Array.from({ length: size }, (_, index) => (index === 0 ? 'outcome' : `covariate${index}`)),
    sums: [...sums],
    crossProducts: Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (__, j) => products[Math.max(i, j) * size + Math.min(i, j)] ?? 0),
    ),
  };
}
