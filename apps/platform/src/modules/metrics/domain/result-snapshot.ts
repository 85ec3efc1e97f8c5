import type { ExperimentFindings } from '@sortition/metrics';

/**
 * Everything shown about an experiment at one moment, from one computation. Its JSON form is stored: add fields, never
 * rename or remove one.
 */
export interface ResultSnapshot extends ExperimentFindings {
  /** A UUIDv7. */
  readonly id: string;
  /** Resource name of the experiment. */
  readonly experiment: string;
  readonly experimentId: string;
  readonly computedAt: Date;
  /** Every event received up to this time is included. */
  readonly watermark: Date;
  readonly phase: number;
  /** Units that saw more than one variant; counted in none. */
  readonly multipleExposureUnits: number;
  readonly queries: readonly ResultQuery[];
}

export interface ResultQuery {
  readonly label: string;
  readonly sql: string;
  readonly rows: number;
}
