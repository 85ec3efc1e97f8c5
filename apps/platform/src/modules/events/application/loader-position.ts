import type { Warehouse } from '@sortition/plugin-sdk';

import type { EventLog, LogHistory } from './event-log.js';
import { reachedOffset } from './reached-offset.js';

/** The consumer of the log that loads the warehouse. */
export const WAREHOUSE_CONSUMER = 'warehouse';

/** Where the loader reads on, and what it found there. */
export interface LoaderPosition {
  /** The newest incarnation of the log. */
  readonly source: string;
  /** Records above this offset are still to be loaded. */
  readonly offset: number;
  /** What the warehouse has recorded for the source. */
  readonly recorded: number;
}

/** What is wrong between log and warehouse; all zero when nothing is. */
export interface LoaderFindings {
  /** The warehouse has the log up to here as it was before it went back in time. 0 when it did not. */
  readonly before: number;
  /** The warehouse had come to here before, and went back; up to here is loaded again. 0 when it did not. */
  readonly reloadedUntil: number;
  /** The offsets up to here, from `offset + 1` on, were loaded once and deleted from the log since; 0 when there are none. */
  readonly missingUntil: number;
}

/**
 * Finds out where to read on from what the log and the warehouse know of each other: each of them may have been restored
 * or replaced.
 *
 * @throws DomainError DATABASE_UNAVAILABLE, EVENT_LOG_UNAVAILABLE, WAREHOUSE_UNAVAILABLE.
 */
export async function locateLoader(
  log: EventLog,
  warehouse: Warehouse,
): Promise<{ readonly position: LoaderPosition; readonly findings: LoaderFindings }> {
  const recordedFor = (source: string): Promise<number> => warehouse.offset(source);
  let history = await log.history();
  let reached = await reachedOffset(history.incarnations, recordedFor);
  if (reached.offset > history.end) {
    await log.beginAnew();
    history = await log.history();
    reached = await reachedOffset(history.incarnations, recordedFor);
  }
  const { offset, recorded, before } = reached;
  // Of a log that went back the warehouse has what it had.
  const committed = before > 0 ? 0 : await log.committedOffset(WAREHOUSE_CONSUMER);
  // Only what was loaded is ever deleted from the log.
  const missingUntil = Math.min(history.trimmedTo, committed);
  const findings = {
    before,
    reloadedUntil: committed > offset ? committed : 0,
    missingUntil: missingUntil > offset ? missingUntil : 0,
  };
  return { position: { source: newestOf(history), offset, recorded }, findings };
}

/**
 * Whether log and warehouse are still where they were when the position was found, but for what was added since.
 *
 * @throws DomainError DATABASE_UNAVAILABLE, EVENT_LOG_UNAVAILABLE, WAREHOUSE_UNAVAILABLE.
 */
export async function holdsStill(
  { source, offset, recorded }: LoaderPosition,
  log: EventLog,
  warehouse: Warehouse,
): Promise<boolean> {
  const history = await log.history();
  return newestOf(history) === source && history.end >= offset && (await warehouse.offset(source)) >= recorded;
}

function newestOf({ incarnations }: LogHistory): string {
  const newest = incarnations.at(-1);
  if (!newest) throw new Error('The event log names no incarnation.');
  return newest.source;
}
