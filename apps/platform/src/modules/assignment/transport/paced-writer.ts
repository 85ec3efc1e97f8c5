/** The parts of a stream that tell whether its reader keeps up. */
export interface PacedStream<Message> {
  /** Returns false when the reader takes no more for now; `drain` says that it does again. */
  write(message: Message): boolean;
  on(event: 'drain', listener: () => void): unknown;
}

/**
 * Writes to a stream whose reader may be too slow. It holds no queue: whoever writes looks at `isBlocked` first, leaves
 * out what the reader cannot take, and makes up for it when told that the reader has drained.
 */
export class PacedWriter<Message> {
  private isFull = false;

  constructor(
    private readonly stream: PacedStream<Message>,
    whenDrained: () => void,
  ) {
    stream.on('drain', () => {
      this.isFull = false;
      whenDrained();
    });
  }

  /** Whether the reader has not yet taken what was written. */
  get isBlocked(): boolean {
    return this.isFull;
  }

  /** Writes even when blocked, so that messages that belong together go out together. */
  write(message: Message): void {
    if (!this.stream.write(message)) this.isFull = true;
  }
}
