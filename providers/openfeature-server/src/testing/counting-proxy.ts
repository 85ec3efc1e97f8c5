import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes connections on to another address of this machine and counts those that are open. */
export class CountingProxy {
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly server: Server) {}

  /** @param target `127.0.0.1:port` */
  static async start(target: string): Promise<CountingProxy> {
    const server = createServer({ allowHalfOpen: false });
    const proxy = new CountingProxy(server);
    server.on('connection', (socket) => proxy.pass(socket, Number(target.split(':')[1])));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get address(): string {
    const address = this.server.address();
    return `127.0.0.1:${String(typeof address === 'object' && address ? address.port : 0)}`;
  }

  get open(): number {
    return this.sockets.size;
  }

  /** Resolves as soon as the condition holds; checked whenever a connection opens or closes. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
      });
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(socket: Socket, port: number): void {
    this.sockets.add(socket);
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.changed();
    });
    this.changed();
  }

  private changed(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
