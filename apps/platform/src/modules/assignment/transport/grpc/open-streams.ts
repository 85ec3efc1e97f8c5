/** A stream that can say that it is alive. */
export interface OpenStream {
  sendHeartbeat(): void;
  end(): void;
}

/** The streams that are open: each gives signs of life, and all end with the process. */
export class OpenStreams {
  private readonly streams = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly heartbeatMs: number) {}

  add(stream: OpenStream): void {
    this.streams.add(stream);
  }

  delete(stream: OpenStream): void {
    this.streams.delete(stream);
  }

  start(): void {
    this.timer = setInterval(() => {
      for (const stream of this.streams) stream.sendHeartbeat();
    }, this.heartbeatMs);
    this.timer.unref();
  }

  /** Ends every stream, so that callers turn to another process. */
  stop(): void {
    clearInterval(this.timer);
    for (const stream of this.streams) stream.end();
  }
}
