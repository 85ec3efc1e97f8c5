import { Code, ConnectError } from '@connectrpc/connect';

import { ConnectCall } from './connect-call.js';

/** Messages that wait for a slow reader before it counts as too slow. */
const MAX_WAITING = 1;

/** A server stream over HTTP: what a handler writes as it would to grpc-js, read as its caller takes it. */
export class ConnectStream extends ConnectCall {
  private readonly waiting: unknown[] = [];
  private ending: { readonly failure?: unknown } | undefined;
  private wake: (() => void) | undefined;

  /** Returns false when the reader takes no more for now; `drain` says that it does again. */
  write(message: unknown): boolean {
    this.waiting.push(message);
    this.wake?.();
    return this.waiting.length <= MAX_WAITING;
  }

  /** Ends well, after what was written. */
  end(): void {
    this.endWith({});
  }

  /** Ends with a status, after what was written, when a handler emits it as `error`. */
  override emit(event: string, ...values: unknown[]): boolean {
    if (event === 'error') this.endWith({ failure: values[0] });
    return super.emit(event, ...values);
  }

  /** What was written, until the end. @throws the status that the stream ended with. */
  async *messages(): AsyncGenerator<unknown, void, undefined> {
    try {
      for (;;) {
        while (this.waiting.length > 0) {
          yield this.waiting.shift();
          if (this.waiting.length === 0 && !this.ending) this.emit('drain');
        }
        if (this.ending) break;
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
      if ('failure' in this.ending) throw this.ending.failure;
    } finally {
      // Whoever stops reading is gone.
      if (!this.ending) this.giveUp(new ConnectError('The caller reads no more.', Code.Canceled));
    }
  }

  override giveUp(reason: ConnectError): void {
    super.giveUp(reason);
    this.endWith({ failure: reason });
  }

  private endWith(ending: { readonly failure?: unknown }): void {
    if (this.ending) return;
    this.ending = ending;
    this.wake?.();
    if (!('failure' in ending)) super.emit('finish');
  }
}
