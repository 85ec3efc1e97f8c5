/** A number per unit, computed from tracked events after the unit's first exposure, and how it is read. */
export interface MetricDefinition {
  readonly description: string;
  readonly kind: MetricKind;
  /** Name of the tracked event; of a funnel that of the first step. */
  readonly event: string;
  /** How several events of a unit are combined: averages, quantiles and the numerator of a ratio. */
  readonly aggregation: 'sum' | 'count';
  /** Only events within this time after the first exposure count. Absent: no limit. */
  readonly windowMs?: number;
  readonly direction: 'increase' | 'decrease';
  /** Only events that pass all of them count. Absent rather than empty. */
  readonly filters?: readonly PropertyFilter[];
  /** Only events from this time after the first exposure on count. Absent: from the first exposure on. */
  readonly windowStartMs?: number;
  /** Whose different values are counted: `countDistinct`. */
  readonly property?: string;
  /** What is divided by: `ratio`. */
  readonly denominator?: MetricDenominator;
  /** In (0,1): `quantile`. */
  readonly quantile?: number;
  /** Those after the first, in order: `funnel`. */
  readonly steps?: readonly EventSelection[];
  readonly cap?: MetricCap;
  /** Absent: `zero`. */
  readonly unitsWithoutEvents?: 'zero' | 'exclude';
  /** Whether units count before their window has ended. Absent: `include`. */
  readonly unitsInWindow?: 'include' | 'exclude';
  /** Time before the first exposure from which the same number is taken as a covariate. Absent: no adjustment. */
  readonly covariateWindowMs?: number;
  /** Smallest relative effect that matters, above 0. */
  readonly minimumDetectableEffect?: number;
  /** Largest acceptable relative loss of a guardrail, in (0,1). */
  readonly nonInferiorityMargin?: number;
  /** For example "EUR". */
  readonly unitOfMeasure?: string;
}

export type MetricKind =
  'conversion' | 'average' | 'count' | 'countDistinct' | 'ratio' | 'quantile' | 'retention' | 'funnel';

/** Events of one name. */
export interface EventSelection {
  readonly event: string;
  /** Absent rather than empty. */
  readonly filters?: readonly PropertyFilter[];
}

export interface MetricDenominator extends EventSelection {
  readonly aggregation: 'sum' | 'count';
}

/**
 * Which values of a property at the top level of an event's properties are asked for. A value that is no text is compared in
 * its JSON form. One of `in` and `notIn` is given.
 */
export interface PropertyFilter {
  readonly property: string;
  /** Only events with one of these values pass. */
  readonly in?: readonly string[];
  /** Events with one of these values do not pass; events without the property do. */
  readonly notIn?: readonly string[];
}

/** Limits of a unit's number; a number beyond a limit counts as the limit. */
export interface MetricCap {
  /** At most 0. */
  readonly lower?: number;
  /** Above 0. */
  readonly upper?: number;
  /** The upper limit as a quantile of the numbers of all units whose number is not 0, all variants together; in (0,1). */
  readonly upperQuantile?: number;
}
