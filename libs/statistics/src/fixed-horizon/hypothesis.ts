import { requireFinite, requireNonNegative, StatisticsError } from '../result/index.js';

/** The direction of an effect; for a metric the direction that is good. */
export type Direction = 'increase' | 'decrease';

/** Shows that the effect differs from, exceeds or falls short of `nullValue` (default 0). */
export interface Superiority {
  readonly kind: 'superiority';
  readonly alternative: 'two-sided' | Direction;
  /** On the scale of the effect: 0.01 on the relative scale asks for more than 1 percent. */
  readonly nullValue?: number;
}

/** Shows that the effect is not worse than the margin: above -margin when increase is good, below margin otherwise. */
export interface NonInferiority {
  readonly kind: 'non-inferiority';
  /** The direction that is good. */
  readonly preferred: Direction;
  /** Largest acceptable loss, 0 or more, on the scale of the effect. */
  readonly margin: number;
}

/** Shows that the effect lies strictly between two bounds, by two one-sided tests (Schuirmann 1987). */
export interface Equivalence {
  readonly kind: 'equivalence';
  readonly lower: number;
  /** Above `lower`. */
  readonly upper: number;
}

/** What a test sets out to show. */
export type Hypothesis = Superiority | NonInferiority | Equivalence;

/** A test that rejects when the effect is far from, above (`increase`) or below (`decrease`) one value. */
export interface PointTest {
  readonly nullValue: number;
  readonly alternative: 'two-sided' | Direction;
}

/** The tests that must all reject. */
export function pointTests(hypothesis: Hypothesis): readonly [PointTest, ...PointTest[]] {
  switch (hypothesis.kind) {
    case 'superiority': {
      const nullValue = requireFinite('hypothesis.nullValue', hypothesis.nullValue ?? 0);
      return [{ nullValue, alternative: hypothesis.alternative }];
    }
    case 'non-inferiority': {
      const margin = requireNonNegative('hypothesis.margin', hypothesis.margin);
      const alternative = hypothesis.preferred;
      return [{ nullValue: alternative === 'increase' ? -margin : margin, alternative }];
    }
    case 'equivalence': {
      const lower = requireFinite('hypothesis.lower', hypothesis.lower);
      const upper = requireFinite('hypothesis.upper', hypothesis.upper);
      if (lower >= upper) throw new StatisticsError('hypothesis.lower', lower, `be below upper = ${upper}`);
      return [
        { nullValue: lower, alternative: 'increase' },
        { nullValue: upper, alternative: 'decrease' },
      ];
    }
  }
}
