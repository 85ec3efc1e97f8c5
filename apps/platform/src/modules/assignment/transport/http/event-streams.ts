import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { StreamTokens } from '../../../../runtime/auth/stream-tokens.js';
import type { Environments } from '../../application/environments.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import { EventStreamChannel } from './event-stream-channel.js';
import type { EventStreamConnection } from './event-stream-connection.js';

export interface EventStreamsOptions {
  /** Streams of a process at most. */
  readonly maxStreams: number;
  /** Time between two signs of life, in milliseconds. */
  readonly heartbeatMs: number;
  readonly now: () => number;
}

/** Heartbeats between two looks whether the keys of the open streams are still good. */
const KEY_CHECK_HEARTBEATS = 4;
const RETRY_MS = 5_000;

interface Served {
  readonly channel: EventStreamChannel;
  readonly stopWatching: () => void;
}

/** All event streams of a process. */
export class EventStreams {
  private readonly channels = new Map<string, Served>();
  private readonly principals = new Map<EventStreamConnection, Principal>();
  private heartbeat: NodeJS.Timeout | undefined;
  private heartbeats = 0;
  private hasStopped = false;

  constructor(
    private readonly environments: Environments,
    private readonly tokens: StreamTokens,
    private readonly options: EventStreamsOptions,
  ) {}

  /** Streams that are open. */
  get size(): number {
    return this.principals.size;
  }

  start(): void {
    this.heartbeat = setInterval(() => {
      for (const { channel } of this.channels.values()) channel.sendHeartbeat();
      this.heartbeats += 1;
      if (this.heartbeats % KEY_CHECK_HEARTBEATS === 0) void this.endStreamsOfLostKeys();
    }, this.options.heartbeatMs);
    this.heartbeat.unref();
  }

  /** Ends every stream, so that clients turn to another process, and refuses new ones. */
  stop(): void {
    this.hasStopped = true;
    clearInterval(this.heartbeat);
    for (const connection of this.principals.keys()) connection.end();
    for (const { channel, stopWatching } of this.channels.values()) {
      channel.stop();
      stopWatching();
    }
    this.channels.clear();
    this.principals.clear();
  }

  /** @throws DomainError SHUTTING_DOWN, QUOTA_EXCEEDED. */
  requireRoom(): void {
    const { maxStreams } = this.options;
    if (this.hasStopped) {
      throw new DomainError('unavailable', 'SHUTTING_DOWN', 'The process is about to end.', { retryAfterMs: RETRY_MS });
    }
    if (this.principals.size < maxStreams) return;
    const message = `The process serves ${String(maxStreams)} event streams already.`;
    throw new DomainError('exhausted', 'QUOTA_EXCEEDED', message, { retryAfterMs: RETRY_MS });
  }

  /**
   * Serves a connection until the returned function is called.
   *
   * @param lastEventId what the client heard last on an earlier connection.
   */
  add(
    connection: EventStreamConnection,
    environment: LoadedEnvironment,
    principal: Principal,
    lastEventId: string | undefined,
  ): () => void {
    const { channel } = this.serve(environment);
    this.principals.set(connection, principal);
    channel.add(connection, lastEventId);
    return () => {
      this.principals.delete(connection);
      channel.remove(connection);
      if (channel.isEmpty) this.leave(environment.id.environmentId, channel);
    };
  }

  /** Ends the streams whose key was revoked or has expired since they began. */
  async endStreamsOfLostKeys(): Promise<void> {
    const principals = new Map(Array.from(this.principals.values(), (each) => [each.keySelector, each]));
    for (const [selector, principal] of principals) {
      if (await this.isGood(principal)) continue;
      for (const [connection, { keySelector }] of this.principals) if (keySelector === selector) connection.end();
    }
  }

  private async isGood(principal: Principal): Promise<boolean> {
    try {
      await this.tokens.confirm(principal, 'resolve');
      return true;
    } catch (error) {
      const isLost = error instanceof DomainError && (error.kind === 'unauthenticated' || error.kind === 'forbidden');
      return !isLost;
    }
  }

  private serve(environment: LoadedEnvironment): Served {
    const { environmentId } = environment.id;
    const held = this.channels.get(environmentId);
    if (held) return held;
    const channel = new EventStreamChannel(environment, this.options.now);
    const stopWatching = this.environments.watch(environment, () => channel.announceChange());
    const served = { channel, stopWatching };
    this.channels.set(environmentId, served);
    return served;
  }

  private leave(environmentId: string, channel: EventStreamChannel): void {
    const served = this.channels.get(environmentId);
    if (served?.channel !== channel) return;
    this.channels.delete(environmentId);
    channel.stop();
    served.stopWatching();
  }
}
