import { requireFinite } from '../result/index.js';

import type { GroupSequentialDesign, GroupSequentialLook } from './group-sequential-design.js';

/** What a look concludes. */
export type LookVerdict =
  /** Above the efficacy bound. */
  | 'effect-above-zero'
  /** Below the mirrored efficacy bound of a two-sided test. */
  | 'effect-below-zero'
  /** At or below the futility bound; with a non-binding rule the test may go on. */
  | 'futility'
  | 'continue'
  /** All alpha is spent and no bound was crossed. */
  | 'no-effect-shown';

/**
 * Compares z, the estimate over its standard error, with the bounds of a look.
 *
 * @throws StatisticsError when z is not finite.
 */
export function judgeLook(design: GroupSequentialDesign, look: GroupSequentialLook, z: number): LookVerdict {
  requireFinite('z', z);
  if (look.efficacy !== null) {
    if (z >= look.efficacy) return 'effect-above-zero';
    if (design.sides === 'two' && z <= -look.efficacy) return 'effect-below-zero';
  }
  if (look.stage !== 'interim') return 'no-effect-shown';
  return look.futility !== null && z <= look.futility ? 'futility' : 'continue';
}
