import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import { type Clock, type MonotonicClock, DomainError } from '@sortition/kernel';
import { pMapIterable } from 'p-map';

import { CLOCK, MONOTONIC_CLOCK } from '../../../runtime/clock-token.js';
import { type EventOutcome, type EventScope, PublishEvents, type SubmittedBatch } from './publish-events.js';
import { LeastDelay } from './least-delay.js';
import { StreamSummary } from './stream-summary.js';

/** Batches of a stream that are written at a time; no more are read meanwhile. */
const MAX_BATCHES_IN_FLIGHT = 4;
/** Streams of an organization at a time. */
const MAX_STREAMS_PER_ORGANIZATION = 16;
/** How long a batch waits for room before its stream fails. */
const MAX_WAIT_MS = 30_000;
const RETRY_AFTER_MS = 1_000;

/**
 * Takes a stream of batches. A batch that does not fit waits for room, and the sender with it, because nothing more is
 * read meanwhile.
 */
@Injectable()
export class PublishEventStream {
  private readonly streamsOf = new Map<string, number>();

  constructor(
    @Inject(PublishEvents) private readonly publishEvents: PublishEvents,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MONOTONIC_CLOCK) private readonly waits: MonotonicClock,
  ) {}

  /**
   * Resolves when the batches have ended and every accepted event is durable.
   *
   * @param gone aborted when nobody waits for the summary any more.
   * @throws DomainError what `PublishEvents` throws, QUOTA_EXCEEDED only for a batch that had to wait for 30 seconds or
   *   too many streams. Then some batches may have been stored; sending all of them again with the same ids is safe.
   */
  async execute(scope: EventScope, batches: AsyncIterable<SubmittedBatch>, gone: AbortSignal): Promise<StreamSummary> {
    this.open(scope.organizationId);
    try {
      const delay = new LeastDelay();
      const summary = new StreamSummary();
      const results = pMapIterable(
        batches,
        (batch) => {
          delay.observe(batch.sentAt, this.clock.now());
          return this.publish(scope, batch, delay, gone);
        },
        { concurrency: MAX_BATCHES_IN_FLIGHT },
      );
      for await (const outcomes of results) summary.add(outcomes);
      return summary;
    } finally {
      this.close(scope.organizationId);
    }
  }

  private async publish(
    scope: EventScope,
    { events }: SubmittedBatch,
    delay: LeastDelay,
    gone: AbortSignal,
  ): Promise<readonly EventOutcome[]> {
    const giveUpMs = this.waits.now() + MAX_WAIT_MS;
    for (;;) {
      try {
        return await this.publishEvents.execute(scope, { events, sentAt: delay.sentAt(this.clock.now()) });
      } catch (error) {
        const retryAfterMs = waitFor(error);
        if (retryAfterMs === undefined || this.waits.now() + retryAfterMs > giveUpMs) throw error;
        await sleep(retryAfterMs, undefined, { signal: gone });
      }
    }
  }

  private open(organizationId: string): void {
    const streams = this.streamsOf.get(organizationId) ?? 0;
    if (streams >= MAX_STREAMS_PER_ORGANIZATION) {
      const description = `${streams} streams of the organization are open already`;
      throw new DomainError('exhausted', 'QUOTA_EXCEEDED', `The stream cannot be opened: ${description}.`, {
        violations: [{ field: 'stream', description }],
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    this.streamsOf.set(organizationId, streams + 1);
  }

  private close(organizationId: string): void {
    const streams = (this.streamsOf.get(organizationId) ?? 1) - 1;
    if (streams > 0) this.streamsOf.set(organizationId, streams);
    else this.streamsOf.delete(organizationId);
  }
}

/** How long to wait before the batch may fit; undefined when waiting does not help. */
function waitFor(error: unknown): number | undefined {
  return error instanceof DomainError && error.code === 'QUOTA_EXCEEDED' ? error.retryAfterMs : undefined;
}
