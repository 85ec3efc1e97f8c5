import type { ResultMetric, ResultSampleRatio, ResultUnits } from '../results-view/experiment-results.js';

/** Everything that `sortition analyze --output json` prints; what it shares with `sortition results` has the same form. */
export interface AnalysisResult {
  readonly file: string;
  /** Null: every row is a unit. */
  readonly unit: string | null;
  readonly variant: string;
  readonly control: string;
  /** Level of each test and one minus the level of the intervals. */
  readonly alpha: number;
  /** How tests are corrected for their number: each stands alone. */
  readonly correction: string;
  readonly rows: number;
  /** The control first, then the others in the order of their names. */
  readonly units: readonly ResultUnits[];
  readonly sampleRatio: ResultSampleRatio;
  readonly metrics: readonly ResultMetric[];
}
