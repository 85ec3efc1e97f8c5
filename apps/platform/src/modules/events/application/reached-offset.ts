import type { Incarnation } from './event-log.js';

/** How far a consumer has come in a log. */
export interface ReachedOffset {
  /** Everything up to here is the consumer's; it reads on from here. */
  readonly offset: number;
  /** What the consumer has recorded for the newest incarnation; 0 when nothing. */
  readonly recorded: number;
  /** Up to here the consumer has had the log before it went back; 0 when it did not. */
  readonly before: number;
}

/**
 * How far a consumer has come that recorded offsets by incarnation. What it recorded for an earlier one counts as far as
 * every later one continues it.
 *
 * @param incarnations the oldest first.
 * @param recordedFor what the consumer has recorded for a source; 0 when nothing.
 */
export async function reachedOffset(
  incarnations: readonly Incarnation[],
  recordedFor: (source: string) => Promise<number>,
): Promise<ReachedOffset> {
  let continued = Number.POSITIVE_INFINITY;
  for (const [index, { source, after }] of [...incarnations.entries()].reverse()) {
    const recorded = await recordedFor(source);
    if (recorded > 0) {
      const isNewest = index === incarnations.length - 1;
      const offset = Math.min(recorded, continued);
      return { offset, recorded: isNewest ? recorded : 0, before: recorded > offset ? recorded : 0 };
    }
    continued = Math.min(continued, after);
  }
  return { offset: 0, recorded: 0, before: 0 };
}
