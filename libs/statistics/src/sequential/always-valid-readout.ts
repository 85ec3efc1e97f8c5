import { requireFinite } from '../result/index.js';

/** An estimate at a look of an experiment that may be looked at any number of times. */
export interface SequentialEstimate {
  readonly effect: number;
  /** Above 0. */
  readonly standardError: number;
  /** Units in the compared arms together, at least 1. */
  readonly sampleSize: number;
}

/** What may be said at any look. */
export interface AlwaysValidReadout {
  readonly lower: number;
  /** Null for a one-sided sequence, which bounds the effect from below only. */
  readonly upper: number | null;
  /** In (0, 1] or 0 when it is below the smallest double. */
  readonly pValue: number;
}

/** @throws StatisticsError when the input was so extreme that a number of the readout is not finite. */
export function finiteReadout<T extends AlwaysValidReadout>(readout: T): T {
  requireFinite('effect - bound', readout.lower);
  if (readout.upper !== null) requireFinite('effect + bound', readout.upper);
  requireFinite('pValue', readout.pValue);
  return readout;
}
