import { normalSurvival, normalUpperQuantile, studentSurvival, studentUpperQuantile } from '../distributions/index.js';

/** `t`: Welch's test. `z`: the normal approximation. */
export type Reference = 't' | 'z';

/** The distribution of a test statistic when its null value is true. Symmetric about 0. */
export interface ReferenceDistribution {
  /** Null for the normal distribution. */
  readonly degreesOfFreedom: number | null;
  /** P(statistic > x). */
  survival(x: number): number;
  /** The x with P(statistic > x) = p. */
  criticalValue(p: number): number;
}

const NORMAL: ReferenceDistribution = {
  degreesOfFreedom: null,
  survival: normalSurvival,
  criticalValue: normalUpperQuantile,
};

/** The normal distribution, or Student's t with the given degrees of freedom. */
export function referenceDistribution(reference: Reference, degreesOfFreedom: number): ReferenceDistribution {
  if (reference === 'z') return NORMAL;
  let known: { readonly p: number; readonly value: number } | undefined;
  return {
    degreesOfFreedom,
    survival: (x) => studentSurvival(x, degreesOfFreedom),
    criticalValue: (p) => {
      if (known?.p !== p) known = { p, value: studentUpperQuantile(p, degreesOfFreedom) };
      return known.value;
    },
  };
}
