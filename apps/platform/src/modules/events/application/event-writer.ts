import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';

import { EVENT_LOG, type EventLog, type NewRecord } from './event-log.js';

/** Events that may wait or be written at a time, of all senders together; about 64 MiB at 2 KiB an event. */
export const MAX_EVENTS_IN_FLIGHT = 32_000;
/** The same for the events' payloads, in characters. */
const MAX_LENGTH_IN_FLIGHT = 64 * 1024 * 1024;
/** Share of the room that one organization may take. */
const ORGANIZATION_SHARE = 0.5;
/** Events in one transaction: enough to share its cost, few enough that the next batches are read meanwhile. */
const MAX_EVENTS_PER_APPEND = 2_000;
/** Payloads of one transaction, in characters; a larger batch goes alone. */
const MAX_LENGTH_PER_APPEND = 8 * 1024 * 1024;
const RETRY_AFTER_MS = 500;

interface Waiting {
  readonly organizationId: string;
  readonly records: readonly NewRecord[];
  readonly length: number;
  readonly resolve: (isNew: readonly boolean[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes batches to the log. Batches that arrive while others are being committed share the next transaction, so the
 * disk is waited for once and not once a batch. Organizations take turns, a batch each, so that nobody waits behind
 * everything that another has sent. What does not fit into a bounded room is refused at once.
 */
@Injectable()
export class EventWriter {
  /** Waiting batches by organization, the organization whose turn is next first; none is empty. */
  private readonly queues = new Map<string, Waiting[]>();
  private readonly eventsOf = new Map<string, number>();
  private events = 0;
  private length = 0;
  private isWriting = false;

  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  /** Events that wait or are being written. */
  get eventsInFlight(): number {
    return this.events;
  }

  /**
   * Resolves when the records are durable, telling for each whether it was new. The records are of one organization.
   *
   * @throws DomainError QUOTA_EXCEEDED when too much is under way; DATABASE_UNAVAILABLE.
   */
  async write(organizationId: string, records: readonly NewRecord[]): Promise<readonly boolean[]> {
    if (records.length === 0) return [];
    const length = records.reduce((sum, record) => sum + record.payload.length, 0);
    this.reserve(organizationId, records.length, length);
    return new Promise<readonly boolean[]>((resolve, reject) => {
      const waiting = { organizationId, records, length, resolve, reject };
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
      events += waiting.records.length;
      length += waiting.length;
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
        this.release(waiting);
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
        this.release(waiting);
        waiting.reject(error);
      }
    }
  }

  private reserve(organizationId: string, events: number, length: number): void {
    const ofOrganization = this.eventsOf.get(organizationId) ?? 0;
    if (ofOrganization + events > MAX_EVENTS_IN_FLIGHT * ORGANIZATION_SHARE) {
      throw exhausted(`${ofOrganization} events of the organization are being written already`);
    }
    if (this.events + events > MAX_EVENTS_IN_FLIGHT || this.length + length > MAX_LENGTH_IN_FLIGHT) {
      throw exhausted(`${this.events} events are being written already`);
    }
    this.events += events;
    this.length += length;
    this.eventsOf.set(organizationId, ofOrganization + events);
  }

  private release({ organizationId, records, length }: Waiting): void {
    this.events -= records.length;
    this.length -= length;
    const left = (this.eventsOf.get(organizationId) ?? 0) - records.length;
    if (left > 0) this.eventsOf.set(organizationId, left);
    else this.eventsOf.delete(organizationId);
  }
}

function exhausted(what: string): DomainError {
  return new DomainError('exhausted', 'QUOTA_EXCEEDED', `The events cannot be taken now: ${what}.`, {
    violations: [{ field: 'events', description: 'do not fit into what may be under way; send them again' }],
    retryAfterMs: RETRY_AFTER_MS,
  });
}
