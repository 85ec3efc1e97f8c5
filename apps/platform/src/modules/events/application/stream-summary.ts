import { type EventOutcome, problemOf } from './publish-events.js';

/** Most problems that a summary tells in full. */
export const MAX_PROBLEMS = 1_000;

/** What became of the events of a stream. */
export class StreamSummary {
  batches = 0;
  readonly count: Record<EventOutcome['outcome'], number> = { accepted: 0, duplicate: 0, quarantined: 0, rejected: 0 };
  /** Events that were rejected or quarantined, the first ones only. */
  readonly problems: EventOutcome[] = [];

  add(outcomes: readonly EventOutcome[]): void {
    this.batches += 1;
    for (const event of outcomes) {
      this.count[event.outcome] += 1;
      if (this.problems.length < MAX_PROBLEMS && problemOf(event) !== undefined) this.problems.push(event);
    }
  }
}
