import type { ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { nobodyWaits } from './caller-gone.js';
import type { DeferredMessage } from './deferred-message.js';

/** A call whose messages are read one at a time. */
type Receiving<Request> =
  ServerReadableStream<DeferredMessage<Request>, unknown> | ServerDuplexStream<DeferredMessage<Request>, unknown>;

/** What ends the reading of a stream before its sender does; whatever was read by then is answered. */
export interface RequestStreamBounds {
  /** How long the sender may send nothing, in milliseconds. */
  readonly idleMs: number;
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal;
}

/**
 * Reads the messages of a client stream one at a time, each when it is asked for. grpc-js would read 16 ahead, and the
 * sender would be held back only when these fill the memory.
 *
 * @param authorize called before a message is decoded; throws or rejects when the sender may not go on.
 * @throws DomainError what makes a message unreadable; SHUTTING_DOWN when the sender is gone and nobody is left to answer.
 */
export async function* requestsOf<Request>(
  call: Receiving<Request>,
  bounds: RequestStreamBounds,
  authorize: () => unknown,
): AsyncGenerator<Request, void, undefined> {
  const next = messagesOf(call, bounds);
  for (let message = await next(); message; message = await next()) {
    await authorize();
    yield message.read();
  }
}

function messagesOf<Request>(
  call: Receiving<Request>,
  { idleMs, stopping }: RequestStreamBounds,
): () => Promise<DeferredMessage<Request> | undefined> {
  const readOne = call._read.bind(call);
  call._read = () => undefined;
  let hasEnded = false;
  let settle: ((message: DeferredMessage<Request> | undefined) => void) | undefined;
  const give = (message: DeferredMessage<Request> | undefined): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(message);
  };
  const end = (): void => {
    hasEnded = true;
    give(undefined);
  };
  call.on('data', give);
  for (const over of ['end', 'cancelled', 'close', 'error']) call.on(over, end);
  stopping.addEventListener('abort', end, { once: true });
  call.once('close', () => {
    stopping.removeEventListener('abort', end);
  });

  const refuseWhenGone = (): void => {
    if (call.cancelled) throw nobodyWaits();
  };
  return async () => {
    refuseWhenGone();
    if (hasEnded || stopping.aborted) return undefined;
    const idle = setTimeout(end, idleMs).unref();
    try {
      const message = await new Promise<DeferredMessage<Request> | undefined>((resolve) => {
        settle = resolve;
        readOne(1);
      });
      refuseWhenGone();
      return message;
    } finally {
      clearTimeout(idle);
    }
  };
}
