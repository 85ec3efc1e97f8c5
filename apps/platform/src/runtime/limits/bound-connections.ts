import type { Server, Socket } from 'node:net';

import proxyaddr from '@fastify/proxy-addr';

import type { PlatformOptions } from '../config/platform-options.js';
import { callerAddress } from './caller-address.js';

export interface ConnectionBounds {
  /** Connections of a server at most. */
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

/** Closes connections that exceed the bounds as they are opened, before anything is read from them. */
export function boundConnections(server: Server, bounds: ConnectionBounds): void {
  const countOf = new Map<string, number>();
  server.maxConnections = bounds.maxConnections;
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    const address = callerAddress(remoteAddress);
    if (remoteAddress === undefined || address === undefined || bounds.isProxy(remoteAddress)) return;
    const count = (countOf.get(address) ?? 0) + 1;
    if (count > bounds.maxPerAddress) {
      socket.destroy();
      return;
    }
    countOf.set(address, count);
    socket.once('close', () => {
      const left = (countOf.get(address) ?? 1) - 1;
      if (left > 0) countOf.set(address, left);
      else countOf.delete(address);
    });
  });
}
