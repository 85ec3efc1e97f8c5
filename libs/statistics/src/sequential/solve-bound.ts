import { normalQuantile } from '../distributions/index.js';

import { exitAt, OPEN_SIDE_LIMIT } from './sub-density.js';
import type { SubDensity } from './sub-density.js';

/**
 * The z beyond which a test stops for the first time at this look with probability `target` under `drift`.
 *
 * Newton's method on the logarithm of the exit probability, which is concave in the bound; it starts where the
 * unconditional tail equals the target, which is never inside the solution, so the steps approach from one side.
 */
export function solveBound(
  previous: SubDensity | undefined,
  information: number,
  target: number,
  drift: number,
  side: 'above' | 'below',
): number {
  const sign = side === 'above' ? 1 : -1;
  const mean = drift * Math.sqrt(information);
  const start = mean - sign * normalQuantile(target);
  if (previous === undefined) return start;
  let bound = start;
  for (let iteration = 0; iteration < 100; iteration += 1) {
    const { probability, density } = exitAt(previous, information, bound, drift, side);
    if (probability <= 0 || density <= 0) return bound;
    const step = ((Math.log(probability) - Math.log(target)) * probability) / density;
    if (!Number.isFinite(step)) return bound;
    bound = sign * (bound + sign * step - start) > 0 ? start : bound + sign * step;
    if (sign * (bound - mean) < -OPEN_SIDE_LIMIT) return mean - sign * OPEN_SIDE_LIMIT;
    if (Math.abs(step) < 1e-12 * Math.max(1, Math.abs(bound))) return bound;
  }
  return bound;
}
