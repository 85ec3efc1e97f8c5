import { DomainError } from '@sortition/kernel';

/** Events that may wait or be written at a time, of all senders together; about 64 MiB at 2 KiB an event. */
export const MAX_EVENTS_IN_FLIGHT = 32_000;
/** The same for the events' payloads, in characters. */
const MAX_LENGTH_IN_FLIGHT = 64 * 1024 * 1024;
/** Share of the room that one organization may take. */
const ORGANIZATION_SHARE = 0.5;
const RETRY_AFTER_MS = 500;

/** What a batch takes of the room. */
export interface BatchSize {
  readonly events: number;
  /** Of the payloads, in characters. */
  readonly length: number;
}

const NOTHING: BatchSize = { events: 0, length: 0 };
/** Less than this no batch has that is written. */
const LEAST: BatchSize = { events: 1, length: 1 };

/** The room for batches that wait or are being written, of which no organization takes all. */
export class WritingRoom {
  private taken = NOTHING;
  private readonly takenBy = new Map<string, BatchSize>();

  /** Events that wait or are being written. */
  get events(): number {
    return this.taken.events;
  }

  /** @throws DomainError QUOTA_EXCEEDED when a batch of the organization would not fit, however small it is. */
  require(organizationId: string): void {
    this.requireFor(organizationId, LEAST);
  }

  /** @throws DomainError QUOTA_EXCEEDED when the batch does not fit. */
  take(organizationId: string, size: BatchSize): void {
    this.requireFor(organizationId, size);
    this.taken = sum(this.taken, size);
    this.takenBy.set(organizationId, sum(this.takenBy.get(organizationId) ?? NOTHING, size));
  }

  /** Gives back what a batch took. */
  free(organizationId: string, { events, length }: BatchSize): void {
    const size = { events: -events, length: -length };
    this.taken = sum(this.taken, size);
    const left = sum(this.takenBy.get(organizationId) ?? NOTHING, size);
    if (left.events > 0) this.takenBy.set(organizationId, left);
    else this.takenBy.delete(organizationId);
  }

  private requireFor(organizationId: string, size: BatchSize): void {
    const ofOrganization = this.takenBy.get(organizationId) ?? NOTHING;
    if (exceeds(sum(ofOrganization, size), ORGANIZATION_SHARE)) {
      throw exhausted(`${ofOrganization.events} events of the organization are being written already`);
    }
    if (exceeds(sum(this.taken, size), 1)) throw exhausted(`${this.taken.events} events are being written already`);
  }
}

function sum(one: BatchSize, other: BatchSize): BatchSize {
  return { events: one.events + other.events, length: one.length + other.length };
}

function exceeds({ events, length }: BatchSize, share: number): boolean {
  return events > MAX_EVENTS_IN_FLIGHT * share || length > MAX_LENGTH_IN_FLIGHT * share;
}

function exhausted(what: string): DomainError {
  return new DomainError('exhausted', 'QUOTA_EXCEEDED', `The events cannot be taken now: ${what}.`, {
    violations: [{ field: 'events', description: 'do not fit into what may be under way; send them again' }],
    retryAfterMs: RETRY_AFTER_MS,
  });
}
