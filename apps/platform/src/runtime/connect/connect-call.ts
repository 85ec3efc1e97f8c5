import { EventEmitter } from 'node:events';

import type { ConnectError } from '@connectrpc/connect';
import { Metadata } from '@grpc/grpc-js';

/** Who calls over HTTP. */
export interface HttpCaller {
  readonly address: string;
  readonly host: string;
  header(name: string): string | undefined;
  /** How long the caller waits; undefined: for as long as it takes. */
  readonly timeoutMs: number | undefined;
}

/** Headers that handlers look at. */
const HEADERS = [
  'authorization',
  'flagd-selector',
  'sortition-exposures',
  'traceparent',
  'tracestate',
  'user-agent',
] as const;

/** The parts of a grpc-js call that handlers use, on a call over HTTP. */
export class ConnectCall extends EventEmitter {
  readonly metadata: Metadata;
  cancelled = false;
  /** Why the caller was given up. */
  reason: ConnectError | undefined;

  constructor(
    readonly request: unknown,
    private readonly path: string,
    private readonly caller: HttpCaller,
  ) {
    super();
    this.metadata = metadataOf(caller);
    // A status that nobody listens for is sent, not thrown.
    this.on('error', () => undefined);
  }

  getPath(): string {
    return this.path;
  }

  getPeer(): string {
    return this.caller.address;
  }

  getHost(): string {
    return this.caller.host;
  }

  getDeadline(): Date | number {
    const { timeoutMs } = this.caller;
    return timeoutMs === undefined ? Number.POSITIVE_INFINITY : new Date(Date.now() + timeoutMs);
  }

  sendMetadata(): void {
    // Handlers send none that a caller would need.
  }

  /** Tells the handler that its caller is gone, or has waited for as long as it would. */
  giveUp(reason: ConnectError): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.reason = reason;
    this.emit('cancelled', reason.rawMessage);
  }
}

function metadataOf(caller: HttpCaller): Metadata {
  const metadata = new Metadata();
  for (const name of HEADERS) {
    const value = caller.header(name);
    if (value !== undefined) metadata.set(name, value);
  }
  const key = caller.header('x-api-key');
  if (key !== undefined && metadata.get('authorization').length === 0) metadata.set('authorization', `Bearer ${key}`);
  return metadata;
}
