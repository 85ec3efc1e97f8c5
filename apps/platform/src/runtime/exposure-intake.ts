/** Where recorded exposures belong. */
export interface ExposureScope {
  readonly organizationId: string;
  readonly environmentId: string;
  /** Events that the organization may send in a second. Undefined: what the platform grants. */
  readonly eventsPerSecond?: number | undefined;
}

/** That a caller read a flag's value for a unit of an experiment. */
export interface RecordedExposure {
  /** A UUID: the log keeps each once. */
  readonly id: string;
  readonly time: Date;
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  readonly experiment: string;
  /** From 1. */
  readonly phase: number;
  /** Attribute path that held the unit. */
  readonly unitAttribute: string;
  readonly unit: string;
}

/** Takes the exposures that a module records itself, by the rules and quotas of those that are sent. */
export interface ExposureIntake {
  /**
   * Resolves when the exposures are durable, with the number of those that were refused for good.
   *
   * @param exposures 1,000 at most.
   * @throws DomainError QUOTA_EXCEEDED, DATABASE_UNAVAILABLE; then sending all of them again with the same ids is safe.
   */
  take(scope: ExposureScope, exposures: readonly RecordedExposure[]): Promise<number>;
}

/** Wired in the composition root: the module that records and the one that stores know nothing of each other. */
export const EXPOSURE_INTAKE = Symbol('ExposureIntake');
