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
   * is looked at; what is received later belongs to the phase when its exposure says so.
   */
  readonly receivedFromMicros: number;
  /** Exposures and, for metrics without a window, events from then on do not count. Undefined: it goes on. */
  readonly endedMicros: number | undefined;
  readonly metrics: readonly UnitNumber[];
}

/** How the events of a unit become one number; 0 for a unit without any. */
export interface UnitNumber {
  /**
   * - `any`: 1 when there is at least one event, else 0
   * - `sum`: sum of the events' values; an event without a value adds 0
   * - `count`: number of events
   */
  readonly aggregation: 'any' | 'sum' | 'count';
  /** Name of the tracked event. */
  readonly event: string;
  /**
   * Events count from the unit's first exposure until this many microseconds after it, the end not included; also when
   * the experiment has ended in between. Undefined: until the experiment ends.
   */
  readonly windowMicros: number | undefined;
}
