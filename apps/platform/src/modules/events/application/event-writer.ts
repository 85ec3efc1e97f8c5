import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';

import { EVENT_LOG, type EventLog, type NewRecord } from './event-log.js';
import { type BatchSize, WritingRoom } from './writing-room.js';

/** Events in one transaction: enough to share its cost, few enough that the next batches are read meanwhile. */
const MAX_EVENTS_PER_APPEND = 2_000;
/** Payloads of one transaction, in characters; a larger batch goes alone. */
const MAX_LENGTH_PER_APPEND = 8 * 1024 * 1024;

interface Waiting {
  readonly organizationId: string;
  readonly records: readonly NewRecord[];
  readonly size: BatchSize;
  readonly resolve: (isNew: readonly boolean[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes batches to the log. Batches that arrive while others are being committed share the next transaction, so the
 * disk is waited for once and not once per batch. Organizations take turns, one batch at a time, so that nobody waits behind
 * everything that another has sent. What does not fit into a bounded room is refused at once.
 */
@Injectable()
export class EventWriter {
  /** Waiting batches by organization, the organization whose turn is next first; none is empty. */
  private readonly queues = new Map<string, Waiting[]>();
  private readonly room = new WritingRoom();
  private isWriting = false;

  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  /** Events that wait or are being written. */
  get eventsInFlight(): number {
    return this.room.events;
  }

  /**
   * Returns when the organization may send a batch now. Costs nothing, so it is asked before a batch is read.
   *
   * @throws DomainError QUOTA_EXCEEDED.
   */
  requireRoom(organizationId: string): void {
    this.room.require(organizationId);
  }

  /**
   * Resolves when the records are durable, telling for each whether it was new. The records are of one organization.
   *
   * @throws DomainError QUOTA_EXCEEDED when too much is under way; DATABASE_UNAVAILABLE.
   */
  async write(organizationId: string, records: readonly NewRecord[]): Promise<readonly boolean[]> {
    if (records.length === 0) return [];
    const size = { events: records.length, length: records.reduce((sum, { payload }) => sum + payload.length, 0) };
    this.room.take(organizationId, size);
    return new Promise<readonly boolean[]>((resolve, reject) => {
      const waiting = { organizationId, records, size, resolve, reject };
      const queue = this.queues.get(organizationId);
      if (queue) queue.push(waiting);
      else this.queues.set(organizationId, [waiting]);
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    // Batches of the same turn of the event loop join the first transaction instead of waiting for it.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (let group = this.nextGroup(); group.length > 0; group = this.nextGroup()) {
      await this.writeGroup(group);
    }
    this.isWriting = false;
  }

  private nextGroup(): readonly Waiting[] {
    const group: Waiting[] = [];
    let events = 0;
    let length = 0;
    // What is set anew goes to the end of the map, and the iteration comes to it again.
    for (const [organizationId, queue] of this.queues) {
      const waiting = queue[0];
      if (!waiting) break;
      events += waiting.size.events;
      length += waiting.size.length;
      if (group.length > 0 && (events > MAX_EVENTS_PER_APPEND || length > MAX_LENGTH_PER_APPEND)) break;
      group.push(waiting);
      queue.shift();
      this.queues.delete(organizationId);
      if (queue.length > 0) this.queues.set(organizationId, queue);
    }
    return group;
  }

  private async writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const isNew = await this.log.append(group.flatMap(({ records }) => records));
      let start = 0;
      for (const waiting of group) {
        this.room.free(waiting.organizationId, waiting.size);
        waiting.resolve(isNew.slice(start, start + waiting.records.length));
        start += waiting.records.length;
      }
    } catch (error) {
      // One batch must not fail for another's sake, unless the log cannot be reached by any.
      if (group.length > 1 && !(error instanceof DomainError)) {
        for (const waiting of group) await this.writeGroup([waiting]);
        return;
      }
      for (const waiting of group) {
        this.room.free(waiting.organizationId, waiting.size);
        waiting.reject(error);
      }
    }
  }
}
