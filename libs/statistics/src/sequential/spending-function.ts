import { normalCdf, normalQuantile } from '../distributions/index.js';

/** How an error rate is spent over the information fraction; see {@link spentAt} for the formulas. */
export type SpendingFunction =
  | { readonly family: 'obrien-fleming' }
  | { readonly family: 'pocock' }
  /** `exponent` > 0; 1 is linear, larger values spend later. */
  | { readonly family: 'power'; readonly exponent: number }
  /** `gamma` finite; 0 is linear, negative values spend later (-4 is near O'Brien-Fleming, 1 near Pocock). */
  | { readonly family: 'hwang-shih-decani'; readonly gamma: number };

/**
 * The cumulative error spent on one side at information fraction `fraction` in [0, 1], out of `level` in (0, 1) in all.
 *
 * - O'Brien-Fleming type: 2 (1 - Phi(z_{1 - level/2} / sqrt(t))), Lan & DeMets (1983).
 * - Pocock type: level ln(1 + (e - 1) t), Lan & DeMets (1983).
 * - power family: level t^exponent, Kim & DeMets (1987).
 * - Hwang, Shih & DeCani (1990): level (1 - exp(-gamma t)) / (1 - exp(-gamma)); level t when gamma is 0.
 *
 * A two-sided design of total level alpha calls this once a side with alpha / 2, as gsDesign and ldbounds do. Spending
 * 2 (1 - Phi(z_{1 - alpha/2} / sqrt(t))) as the total of both sides is another design and is not what this gives.
 */
export function spentAt(spending: SpendingFunction, level: number, fraction: number): number {
  if (fraction <= 0) return 0;
  if (fraction >= 1) return level;
  switch (spending.family) {
    case 'obrien-fleming':
      return 2 * normalCdf(normalQuantile(level / 2) / Math.sqrt(fraction));
    case 'pocock':
      return level * Math.log1p((Math.E - 1) * fraction);
    case 'power':
      return level * fraction ** spending.exponent;
    case 'hwang-shih-decani':
      return spending.gamma === 0
        ? level * fraction
        : (level * Math.expm1(-spending.gamma * fraction)) / Math.expm1(-spending.gamma);
  }
}
