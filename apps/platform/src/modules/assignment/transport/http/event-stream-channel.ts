import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { EventStreamConnection } from './event-stream-connection.js';
import { type EventStreamState, eventStreamState, type KnownState } from './event-stream-state.js';
import { LONGEST_TOKEN_MS } from './offered-event-streams.js';

/** Shortest time between two announcements, in milliseconds; changes in between share the second. */
const ANNOUNCEMENT_INTERVAL_MS = 250;

/** The event streams of one environment. */
export class EventStreamChannel {
  private readonly connections = new Set<EventStreamConnection>();
  private changedAtMs: number;
  private pause: NodeJS.Timeout | undefined;
  private isAnnouncementDue = false;

  constructor(
    private readonly environment: LoadedEnvironment,
    private readonly now: () => number,
  ) {
    this.changedAtMs = now();
  }

  get isEmpty(): boolean {
    return this.connections.size === 0;
  }

  /** Tells the client whether what it evaluated last is of the newest state. */
  add(connection: EventStreamConnection, known: KnownState): void {
    this.connections.add(connection);
    if (this.isNewest(known)) connection.greet(this.newest);
    else connection.announce(this.newest);
  }

  remove(connection: EventStreamConnection): void {
    this.connections.delete(connection);
  }

  /** Tells everybody of the newest state: at once, or shortly after the last announcement. */
  announceChange(): void {
    this.changedAtMs = this.now();
    this.isAnnouncementDue = true;
    this.announceDue();
  }

  /** @param nextInMs when the next follows. */
  sendHeartbeat(nextInMs: number): void {
    for (const connection of this.connections) connection.sendHeartbeat(nextInMs);
  }

  stop(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
  }

  private announceDue(): void {
    if (!this.isAnnouncementDue || this.pause) return;
    this.isAnnouncementDue = false;
    const { newest } = this;
    for (const connection of this.connections) connection.announce(newest);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.announceDue();
    }, ANNOUNCEMENT_INTERVAL_MS);
    this.pause.unref();
  }

  private isNewest({ lastEventId, revision }: KnownState): boolean {
    if (lastEventId !== undefined) return lastEventId === this.newest.id;
    if (revision !== undefined) return revision === this.newest.revision;
    // A client that says nothing evaluated no longer ago than its address is good for.
    return this.now() - this.changedAtMs > LONGEST_TOKEN_MS;
  }

  private get newest(): EventStreamState {
    const { revision, contentHash } = this.environment.log;
    return eventStreamState(revision, contentHash);
  }
}
