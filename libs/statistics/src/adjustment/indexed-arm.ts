import { centredProduct } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';

/** The outcome of an arm and its index: the linear combination of covariates that slopes make. */
export interface IndexedArm {
  readonly n: number;
  /** Mean of the outcome. */
  readonly outcome: number;
  /** Mean of the index. */
  readonly index: number;
  /** Sum of squared deviations of the outcome. */
  readonly outcomeSquares: number;
  /** Sum of products of deviations of outcome and index. */
  readonly products: number;
  /** Sum of squared deviations of the index. */
  readonly indexSquares: number;
}

/** Reads outcome (first column) and index off joint moments. */
export function indexedArm(joint: JointMoments, slopes: readonly number[]): IndexedArm {
  const { n, sums } = joint;
  let index = 0;
  let products = 0;
  slopes.forEach((slope, k) => {
    index += (slope * (sums[k + 1] ?? 0)) / n;
    products += slope * centredProduct(joint, 0, k + 1);
  });
  return {
    n,
    outcome: (sums[0] ?? 0) / n,
    index,
    outcomeSquares: centredProduct(joint, 0, 0),
    products,
    indexSquares: indexProduct(joint, slopes, slopes),
  };
}

/** Sum of products of deviations of two indexes. */
export function indexProduct(joint: JointMoments, a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) sum += (a[i] ?? 0) * (b[j] ?? 0) * centredProduct(joint, i + 1, j + 1);
  }
  return sum;
}
