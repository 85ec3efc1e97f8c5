import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { HeldStreams } from '../../../../runtime/limits/held-streams.js';
import type { Environments } from '../../application/environments.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import { EventStreamChannel } from './event-stream-channel.js';
import type { EventStreamConnection } from './event-stream-connection.js';
import type { KnownState } from './event-stream-state.js';

export interface EventStreamsOptions {
  /** Time between two signs of life, in milliseconds. */
  readonly heartbeatMs: number;
  readonly now: () => number;
}

/** Who holds an event stream. */
export interface EventStreamCaller {
  readonly principal: Principal;
  readonly address: string | undefined;
}

const RETRY_MS = 5_000;

interface Served {
  readonly channel: EventStreamChannel;
  readonly stopWatching: () => void;
}

/** All event streams of a process. */
export class EventStreams {
  private readonly channels = new Map<string, Served>();
  private readonly connections = new Set<EventStreamConnection>();
  private heartbeat: NodeJS.Timeout | undefined;
  private hasStopped = false;

  constructor(
    private readonly environments: Environments,
    private readonly held: HeldStreams,
    private readonly options: EventStreamsOptions,
  ) {}

  /** Streams that are open. */
  get size(): number {
    return this.held.size;
  }

  start(): void {
    const { heartbeatMs } = this.options;
    this.heartbeat = setInterval(() => {
      for (const { channel } of this.channels.values()) channel.sendHeartbeat(heartbeatMs);
    }, heartbeatMs);
    this.heartbeat.unref();
    this.held.start();
  }

  /** Ends every stream, so that clients turn to another process, and refuses new ones. */
  stop(): void {
    this.hasStopped = true;
    clearInterval(this.heartbeat);
    this.held.stop();
    for (const connection of this.connections) connection.end();
    for (const { channel, stopWatching } of this.channels.values()) {
      channel.stop();
      stopWatching();
    }
    this.channels.clear();
  }

  /** @throws DomainError SHUTTING_DOWN, QUOTA_EXCEEDED. */
  requireRoom(principal: Principal, address: string | undefined): void {
    if (this.hasStopped) {
      throw new DomainError('unavailable', 'SHUTTING_DOWN', 'The process is about to end.', { retryAfterMs: RETRY_MS });
    }
    this.held.requireRoom(principal, address);
  }

  /**
   * Serves a connection until the returned function is called.
   *
   * @throws DomainError QUOTA_EXCEEDED.
   */
  add(
    connection: EventStreamConnection,
    environment: LoadedEnvironment,
    { principal, address }: EventStreamCaller,
    known: KnownState,
  ): () => void {
    const leave = this.held.add({
      principal,
      permission: 'resolve',
      address,
      refuse: () => connection.end(),
    });
    const { channel } = this.serve(environment);
    this.connections.add(connection);
    connection.sendHeartbeat(this.options.heartbeatMs);
    channel.add(connection, known);
    return () => {
      leave();
      this.connections.delete(connection);
      channel.remove(connection);
      if (channel.isEmpty) this.leave(environment.id.environmentId, channel);
    };
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
