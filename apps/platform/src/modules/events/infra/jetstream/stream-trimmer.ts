import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';

import type { Incarnation } from '../../application/event-log.js';
import type { ConsumerOffsets } from './consumer-offsets.js';
import { reachingLog } from './jetstream-failure.js';
import { eventSubjects } from './record-message.js';

/** Deletes old events, but none that a consumer has still to get: no limit of JetStream can tell them apart. */
export class StreamTrimmer {
  constructor(
    private readonly manager: JetStreamManager,
    private readonly offsets: ConsumerOffsets,
    private readonly stream: string,
  ) {}

  /**
   * Deletes the events that every consumer has got and that were received before the time.
   *
   * @param incarnations of the log, whose consumers count. Without a consumer nothing is deleted.
   * @throws DomainError EVENT_LOG_UNAVAILABLE.
   */
  async trim(incarnations: readonly Incarnation[], receivedBefore: Date): Promise<void> {
    const least = await this.offsets.least(incarnations);
    const { state } = await reachingLog(() => this.manager.streams.info(this.stream));
    if (least === undefined || state.messages === 0 || new Date(state.first_ts) >= receivedBefore) return;
    const kept = await this.firstReceivedSince(receivedBefore, state.first_seq, least + 1);
    await reachingLog(() => this.manager.streams.purge(this.stream, { seq: kept }));
  }

  /** The least sequence number from `low` on whose message was received at the time or later; at most `high`. */
  private async firstReceivedSince(time: Date, low: number, high: number): Promise<number> {
    if (low >= high) return high;
    const middle = Math.floor((low + high) / 2);
    const received = await this.receivedAtOrAfter(middle);
    return received !== undefined && received < time
      ? this.firstReceivedSince(time, middle + 1, high)
      : this.firstReceivedSince(time, low, middle);
  }

  /** When the event of that number, or the first one behind it, was received. */
  private async receivedAtOrAfter(sequence: number): Promise<Date | undefined> {
    return reachingLog(async () => {
      try {
        const query = { seq: sequence, next_by_subj: eventSubjects(this.stream) };
        return (await this.manager.streams.getMessage(this.stream, query))?.time;
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.NoMessageFound) return undefined;
        throw error;
      }
    });
  }
}
