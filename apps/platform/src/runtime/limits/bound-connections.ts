import type { Server, Socket } from 'node:net';

import proxyaddr from '@fastify/proxy-addr';

import type { PlatformOptions } from '../config/platform-options.js';
import { callerAddress } from './caller-address.js';

export interface ConnectionBounds {
  /** Connections at most. */
  readonly maxConnections: number;
  /** Connections from one address at most. */
  readonly maxPerAddress: number;
  /** Whether an address belongs to a proxy, which has connections for many. */
  readonly isProxy: (address: string) => boolean;
}

const MAX_CONNECTIONS = 60_000;
const MAX_PER_ADDRESS = 5_000;

export function connectionBoundsOf({
  maxConnectionsPerAddress,
  trustedProxies = [],
}: PlatformOptions): ConnectionBounds {
  const isTrusted = trustedProxies.length === 0 ? undefined : proxyaddr.compile([...trustedProxies]);
  return {
    maxConnections: MAX_CONNECTIONS,
    maxPerAddress: maxConnectionsPerAddress ?? MAX_PER_ADDRESS,
    isProxy: (address) => isTrusted?.(address, 0) ?? false,
  };
}

/** The connections of one transport that are open, and whether there is room for another. */
export class OpenConnections {
  private open = 0;
  private readonly openFrom = new Map<string, number>();

  /** @param onRefused told of each connection that is closed as it is opened. */
  constructor(
    private readonly bounds: ConnectionBounds,
    private readonly onRefused: () => void = () => undefined,
  ) {}

  get count(): number {
    return this.open;
  }

  /** Closes the connections of a server that exceed the bounds as they are opened, before anything is read from them. */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => {
      this.admit(socket);
    });
  }

  /** Counts a connection until it is closed, or closes it at once. */
  admit(socket: Socket): boolean {
    const address = this.countedAddress(socket);
    const fromAddress = address === undefined ? 0 : (this.openFrom.get(address) ?? 0);
    if (this.open >= this.bounds.maxConnections || fromAddress >= this.bounds.maxPerAddress) {
      this.onRefused();
      socket.destroy();
      return false;
    }
    this.open += 1;
    if (address !== undefined) this.openFrom.set(address, fromAddress + 1);
    socket.once('close', () => {
      this.leave(address);
    });
    return true;
  }

  private leave(address: string | undefined): void {
    this.open -= 1;
    if (address === undefined) return;
    const left = (this.openFrom.get(address) ?? 1) - 1;
    if (left > 0) this.openFrom.set(address, left);
    else this.openFrom.delete(address);
  }

  /** Undefined: the address has none of its own to count. */
  private countedAddress({ remoteAddress }: Socket): string | undefined {
    if (remoteAddress === undefined || this.bounds.isProxy(remoteAddress)) return undefined;
    return callerAddress(remoteAddress);
  }
}
