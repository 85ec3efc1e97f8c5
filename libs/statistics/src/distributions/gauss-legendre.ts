import { StatisticsError } from '../result/statistics-error.js';

/** Nodes and weights of a quadrature rule on [-1, 1], nodes ascending. Do not write to the arrays: they are shared. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const MAX_POINTS = 2000;
const rules = new Map<number, QuadratureRule>();

/**
 * The Gauss-Legendre rule of the given number of points on [-1, 1], exact for polynomials up to degree 2 points - 1.
 * On [a, b] use (a + b) / 2 + (b - a) / 2 * node with weight (b - a) / 2 * weight.
 *
 * Newton's method on the Legendre recurrence from the asymptotic root cos(pi (k - 1/4) / (points + 1/2)); weights
 * 2 / ((1 - x^2) P'(x)^2) (Abramowitz & Stegun 25.4.29). Computed once per number of points.
 *
 * @param points 1 to 2000.
 * @throws StatisticsError when points is outside its range.
 */
export function gaussLegendre(points: number): QuadratureRule {
  if (!(Number.isInteger(points) && points >= 1 && points <= MAX_POINTS)) {
    throw new StatisticsError('points', points, `be a whole number from 1 to ${MAX_POINTS}`);
  }
  const known = rules.get(points);
  if (known) return known;
  const rule = computeRule(points);
  rules.set(points, rule);
  return rule;
}

function computeRule(points: number): QuadratureRule {
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  for (let k = 0; k < Math.ceil(points / 2); k += 1) {
    const start = Math.cos((Math.PI * (k + 0.75)) / (points + 0.5));
    const root = 2 * k + 1 === points ? 0 : refineRoot(start, points);
    const { derivative } = legendre(root, points);
    const weight = 2 / ((1 - root * root) * derivative * derivative);
    nodes[k] = -root;
    nodes[points - 1 - k] = root;
    weights[k] = weight;
    weights[points - 1 - k] = weight;
  }
  return { nodes, weights };
}

function refineRoot(start: number, points: number): number {
  let x = start;
  for (let step = 0; step < 20; step += 1) {
    const { value, derivative } = legendre(x, points);
    const change = value / derivative;
    x -= change;
    if (Math.abs(change) < 1e-16) break;
  }
  return x;
}

function legendre(x: number, degree: number): { readonly value: number; readonly derivative: number } {
  let previous = 1;
  let value = x;
  for (let k = 2; k <= degree; k += 1) {
    const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
    previous = value;
    value = next;
  }
  return { value, derivative: (degree * (x * value - previous)) / (x * x - 1) };
}
