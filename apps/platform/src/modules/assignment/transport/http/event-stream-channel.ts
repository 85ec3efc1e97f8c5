import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { EventStreamConnection } from './event-stream-connection.js';
import { eventStreamId } from './event-stream-id.js';

/** Shortest time between two announcements, in milliseconds; changes in between share the second. */
const ANNOUNCEMENT_INTERVAL_MS = 250;
/** A client that connects this soon after a change may have evaluated before it, in milliseconds. */
const RECENT_MS = 60_000;

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

  /** @param lastEventId what the client heard last on an earlier connection. */
  add(connection: EventStreamConnection, lastEventId: string | undefined): void {
    this.connections.add(connection);
    const isUpToDate =
      lastEventId === undefined ? this.now() - this.changedAtMs > RECENT_MS : lastEventId === this.newestId;
    if (isUpToDate) connection.greet(this.newestId);
    else connection.announce(this.newestId);
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

  sendHeartbeat(): void {
    for (const connection of this.connections) connection.sendHeartbeat();
  }

  stop(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
  }

  private announceDue(): void {
    if (!this.isAnnouncementDue || this.pause) return;
    this.isAnnouncementDue = false;
    const { newestId } = this;
    for (const connection of this.connections) connection.announce(newestId);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.announceDue();
    }, ANNOUNCEMENT_INTERVAL_MS);
    this.pause.unref();
  }

  private get newestId(): string {
    const { revision, contentHash } = this.environment.log;
    return eventStreamId(revision, contentHash);
  }
}
