/** What is to be computed about one phase of an experiment: units by variant and, for each metric, their numbers. */
export interface ExperimentAnalysis {
  readonly environmentId: string;
  /** Key of the experiment. */
  readonly experiment: string;
  /** From 1. */
  readonly phase: number;
  /** Attribute path of the randomization unit, for example `targetingKey`. */
  readonly unitAttribute: string;
  /**
   * Microseconds since the Unix epoch, by the log's clock, at or before the start of the phase. Nothing received before
   * is looked at, except for covariates; what is received later belongs to the phase when its exposure says so.
   */
  readonly receivedFromMicros: number;
  /** Exposures and, for metrics without a window, events from then on do not count. Undefined: it goes on. */
  readonly endedMicros: number | undefined;
  readonly metrics: readonly MetricPlan[];
}

/** What is asked of each unit for a metric, and what is summed up over the units of a variant. */
export type MetricPlan = SharePlan | NumberPlan | PairPlan | QuantilePlan;

/** The share of units that have at least one event, or that take all steps of a funnel. */
export interface SharePlan extends PlanBasics {
  readonly summary: 'share';
  readonly number: UnitNumber | UnitFunnel;
}

/** The mean and the spread of a number. */
export interface NumberPlan extends PlanBasics {
  readonly summary: 'number';
  readonly number: UnitNumber;
}

/** The means, spreads and the product of two numbers: numerator and denominator, or outcome and covariate. */
export interface PairPlan extends PlanBasics {
  readonly summary: 'pair';
  readonly number: UnitNumber;
  readonly second: UnitNumber;
}

/** A quantile of a number, and those at the levels of its outer interval: probability -+ reach / sqrt(units). */
export interface QuantilePlan extends PlanBasics {
  readonly summary: 'quantile';
  readonly number: UnitNumber;
  /** In (0,1). */
  readonly probability: number;
  readonly reach: number;
}

interface PlanBasics {
  /**
   * Only units count whose first exposure is so long, in microseconds, before a time, in microseconds since the Unix epoch.
   * Undefined: all.
   */
  readonly matured?: { readonly afterMicros: number; readonly byMicros: number };
  /** True: units without an event have no number and do not count. */
  readonly leavesOutUnitsWithoutEvents?: boolean;
}

/** Events of one name whose properties pass all filters. */
export interface EventFilter {
  /** Name of the tracked event. */
  readonly event: string;
  readonly filters?: readonly PropertyCondition[];
}

/** A property at the top level, as text or in its JSON form, is one of `in`, or none of `notIn`, which null is too. */
export interface PropertyCondition {
  readonly property: string;
  readonly in?: readonly string[];
  readonly notIn?: readonly string[];
}

/** How the events of a unit become one number; 0 for a unit without any. */
export interface UnitNumber extends EventFilter {
  /**
   * - `any`: 1 when there is at least one event, else 0
   * - `sum`: sum of the events' values; an event without a value adds 0
   * - `count`: number of events
   * - `distinct`: number of different values of `property`
   */
  readonly aggregation: 'any' | 'sum' | 'count' | 'distinct';
  /** For `distinct`. */
  readonly property?: string;
  /** Events count from so long after the unit's first exposure on; below 0 before it. Default 0. */
  readonly fromMicros?: number;
  /**
   * Events count until this many microseconds after the unit's first exposure, the end not included; also when the
   * experiment has ended in between. Undefined: until the experiment ends.
   */
  readonly windowMicros: number | undefined;
  readonly cap?: NumberCap;
}

/** A number beyond a limit counts as the limit; 0 is within the limits. */
export interface NumberCap {
  readonly lower?: number;
  readonly upper?: number;
  /** The upper limit as a quantile, interpolated, of the numbers other than 0 of all variants together; in (0,1). */
  readonly upperQuantile?: number;
}

/**
 * 1 for a unit that has an event of each step in order, else 0. An event takes one step; of two steps with the same event
 * name the later one needs a later event, of others one at the same time will do.
 */
export interface UnitFunnel {
  readonly aggregation: 'funnel';
  /** At least two. */
  readonly steps: readonly [EventFilter, ...EventFilter[]];
  readonly fromMicros?: number;
  /** As of {@link UnitNumber}; for all steps. */
  readonly windowMicros: number | undefined;
}
