export interface BackoffOptions {
  /** Longest first delay, in milliseconds. */
  readonly initialMs: number;
  /** Longest delay of all, in milliseconds. */
  readonly maxMs: number;
}

/**
 * Delay before the retry after `failures` failures in a row (from 1): exponential, capped, and anywhere between half and
 * all of that, so that many clients do not come back at once.
 *
 * @param random in [0, 1).
 */
export function backoffMs(failures: number, { initialMs, maxMs }: BackoffOptions, random: number): number {
  const longest = Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 30));
  return longest / 2 + (longest / 2) * random;
}
