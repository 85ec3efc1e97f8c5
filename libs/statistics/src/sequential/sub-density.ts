import { gaussLegendre, normalCdf, normalPdf } from '../distributions/index.js';

/** The z values for which a test goes on after a look. */
export interface ContinuationRegion {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The density, under zero drift, of the z statistic at a look on the paths that have not stopped before or at it,
 * held as point masses (quadrature weight times density) on ascending nodes. Plain numbers: it survives JSON.
 */
export interface SubDensity {
  readonly information: number;
  readonly region: ContinuationRegion;
  readonly nodes: readonly number[];
  readonly masses: readonly number[];
}

/** Beyond this many standard errors on an open side the density is treated as zero (mass below 1e-14). */
export const OPEN_SIDE_LIMIT = 8;

const RULE = gaussLegendre(12);
/** Width of a panel of twelve nodes, in units of the narrowest feature of the integrand. */
const PANEL_WIDTH = 4;
const BAND = 8;

/**
 * Carries the sub-density of one look to the next; `previous` is undefined at the first look.
 *
 * g_k(z) = integral of g_{k-1}(y) sqrt(I_k / D) phi((z sqrt(I_k) - y sqrt(I_{k-1})) / sqrt(D)) dy, D = I_k - I_{k-1}:
 * Armitage, McPherson & Rowe (1969); Jennison & Turnbull (2000). The score process has independent normal
 * increments with variance D.
 *
 * @param nextInformation information of the look after this one; it sets how fine the nodes must be.
 */
export function subDensityAt(
  previous: SubDensity | undefined,
  information: number,
  region: ContinuationRegion,
  nextInformation: number,
): SubDensity {
  const scale = Math.min(
    Math.sqrt((nextInformation - information) / nextInformation),
    previous === undefined ? 1 : Math.sqrt((information - previous.information) / information),
  );
  const { nodes, weights } = gridOver(region, scale);
  const densities = previous === undefined ? nodes.map(normalPdf) : convolve(previous, information, nodes);
  return { information, region, nodes, masses: weights.map((weight, index) => weight * (densities[index] ?? 0)) };
}

/** Probability and density of leaving through one side at a look, under a drift. */
export interface Exit {
  readonly probability: number;
  /** Derivative of the probability with respect to the bound, without sign. */
  readonly density: number;
}

/**
 * P(no stop before, Z_k beyond `bound`) under drift `drift` per unit of information (the effect on the estimate's scale).
 *
 * Uses the likelihood ratio exp(drift * z * sqrt(I) - drift^2 I / 2) on the zero-drift masses, so that one recursion
 * serves every drift: Jennison & Turnbull (2000), chapter 19.
 */
export function exitAt(
  previous: SubDensity | undefined,
  information: number,
  bound: number,
  drift: number,
  side: 'above' | 'below',
): Exit {
  const sign = side === 'above' ? -1 : 1;
  if (previous === undefined) {
    const deviation = bound - drift * Math.sqrt(information);
    return { probability: normalCdf(sign * deviation), density: normalPdf(deviation) };
  }
  const root = Math.sqrt(previous.information);
  const increment = information - previous.information;
  const spread = Math.sqrt(increment);
  const target = bound * Math.sqrt(information) - drift * increment;
  const halfSquare = (drift * drift * previous.information) / 2;
  let probability = 0;
  let density = 0;
  const { nodes, masses } = previous;
  for (let index = 0; index < nodes.length; index += 1) {
    const score = (nodes[index] ?? 0) * root;
    const mass = (masses[index] ?? 0) * (drift === 0 ? 1 : Math.exp(drift * score - halfSquare));
    const deviation = (target - score) / spread;
    probability += mass * normalCdf(sign * deviation);
    density += mass * Math.exp(-0.5 * deviation * deviation);
  }
  return { probability, density: (density * Math.sqrt(information)) / spread / Math.sqrt(2 * Math.PI) };
}

function gridOver({ lower, upper }: ContinuationRegion, scale: number): { nodes: number[]; weights: number[] } {
  const panels = Math.max(1, Math.ceil((upper - lower) / (PANEL_WIDTH * scale)));
  const half = (upper - lower) / panels / 2;
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let panel = 0; panel < panels; panel += 1) {
    const centre = lower + (2 * panel + 1) * half;
    for (const [index, node] of RULE.nodes.entries()) {
      nodes.push(centre + half * node);
      weights.push(half * (RULE.weights[index] ?? 0));
    }
  }
  return { nodes, weights };
}

/** Evaluates the next density on ascending nodes, summing only where the Brownian bridge between the looks has mass. */
function convolve(previous: SubDensity, information: number, nodes: readonly number[]): number[] {
  const rootBefore = Math.sqrt(previous.information);
  const root = Math.sqrt(information);
  const spread = Math.sqrt(information - previous.information);
  const reach = (BAND * spread) / root;
  const factor = root / spread / Math.sqrt(2 * Math.PI);
  const scores = previous.nodes.map((node) => node * rootBefore);
  const { masses } = previous;
  let first = 0;
  return nodes.map((node) => {
    const bridgeMean = (node * rootBefore) / root;
    const from = (Math.min(bridgeMean, previous.region.upper) - reach) * rootBefore;
    const until = (Math.max(bridgeMean, previous.region.lower) + reach) * rootBefore;
    while ((scores[first] ?? Infinity) < from) first += 1;
    let total = 0;
    for (let index = first; index < scores.length; index += 1) {
      const score = scores[index] ?? 0;
      if (score > until) break;
      const deviation = (node * root - score) / spread;
      total += (masses[index] ?? 0) * Math.exp(-0.5 * deviation * deviation);
    }
    return factor * total;
  });
}
