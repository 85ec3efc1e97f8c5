import { constants, type ServerHttp2Stream } from 'node:http2';

import {
  type Metadata,
  type ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';
import type { MonotonicClock } from '@sortition/kernel';

type Listener = Parameters<ServerInterceptingCallInterface['start']>[0];

export interface ArrivalBounds {
  /** Until a request has arrived whole, in milliseconds, however steadily it trickles. */
  readonly timeoutMs: number;
  /** Time between two looks for requests that take too long, in milliseconds. */
  readonly checkMs: number;
}

export const DEFAULT_ARRIVAL_BOUNDS: ArrivalBounds = { timeoutMs: 30_000, checkMs: 5_000 };

/**
 * The calls with one request that has not arrived whole. Those that take too long are answered and cut. Streams of
 * requests are not among them: their senders may be silent for a while, and have a limit of their own.
 */
export class RequestArrival {
  /** When each call began, the oldest first. */
  private readonly awaited = new Map<AwaitedCall, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly clock: MonotonicClock,
    private readonly bounds: ArrivalBounds = DEFAULT_ARRIVAL_BOUNDS,
  ) {
    this.timer = setInterval(() => {
      this.cutLate();
    }, bounds.checkMs).unref();
  }

  readonly interceptor: ServerInterceptor = (method, call) => {
    if (method.requestStream) return call as ServerInterceptingCall;
    const awaited = new AwaitedCall(call, () => {
      this.awaited.delete(awaited);
    });
    this.awaited.set(awaited, this.clock.now());
    // The server takes any interceptable call, whatever its type says; the ready-made layer costs more.
    return awaited as ServerInterceptingCallInterface as ServerInterceptingCall;
  };

  stop(): void {
    clearInterval(this.timer);
  }

  private cutLate(): void {
    const latestMs = this.clock.now() - this.bounds.timeoutMs;
    for (const [call, sinceMs] of this.awaited) {
      if (sinceMs > latestMs) return;
      call.cut(`The request did not arrive whole within ${String(this.bounds.timeoutMs / 1_000)} s of its headers.`);
    }
  }
}

/** Passes everything on, and tells once when the request has arrived or the call is over. */
class AwaitedCall implements ServerInterceptingCallInterface {
  constructor(
    private readonly call: ServerInterceptingCallInterface,
    private readonly settled: () => void,
  ) {}

  start(listener: Listener): void {
    const { settled } = this;
    this.call.start({
      onReceiveMetadata: (metadata) => {
        listener.onReceiveMetadata(metadata);
      },
      onReceiveMessage: (message) => {
        listener.onReceiveMessage(message);
      },
      onReceiveHalfClose: () => {
        settled();
        listener.onReceiveHalfClose();
      },
      onCancel: () => {
        settled();
        listener.onCancel();
      },
    });
  }

  /** Answers, and takes nothing more of the request. */
  cut(details: string): void {
    this.sendStatus({ code: status.DEADLINE_EXCEEDED, details });
    // The server would go on to read, and throw away, whatever its caller still sends.
    streamOf(this.call)?.close(constants.NGHTTP2_NO_ERROR);
  }

  sendMetadata(metadata: Metadata): void {
    this.call.sendMetadata(metadata);
  }

  sendMessage(message: unknown, callback: () => void): void {
    this.call.sendMessage(message, callback);
  }

  sendStatus(status: Parameters<ServerInterceptingCallInterface['sendStatus']>[0]): void {
    this.settled();
    this.call.sendStatus(status);
  }

  startRead(): void {
    this.call.startRead();
  }

  getPeer(): string {
    return this.call.getPeer();
  }

  getDeadline(): ReturnType<ServerInterceptingCallInterface['getDeadline']> {
    return this.call.getDeadline();
  }

  getHost(): string {
    return this.call.getHost();
  }

  getAuthContext(): ReturnType<ServerInterceptingCallInterface['getAuthContext']> {
    return this.call.getAuthContext();
  }

  getConnectionInfo(): ReturnType<ServerInterceptingCallInterface['getConnectionInfo']> {
    return this.call.getConnectionInfo();
  }

  getMetricsRecorder(): ReturnType<ServerInterceptingCallInterface['getMetricsRecorder']> {
    return this.call.getMetricsRecorder();
  }
}

/** The server's own call holds the stream, and offers no other way to end it; a test knows when it does not any more. */
function streamOf(call: { readonly stream?: ServerHttp2Stream } & object): ServerHttp2Stream | undefined {
  return call.stream;
}
