import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net';

import { type ConnectionInjector, type Server, ServerCredentials } from '@grpc/grpc-js';

import type { OpenConnections } from '../limits/bound-connections.js';

/** A port on which a gRPC server takes connections, of which there are only so many. */
export interface GrpcListener {
  readonly port: number;
  /** Takes no further connections. */
  stop(): void;
}

/**
 * Opens the port for a gRPC server. The server itself would take every connection.
 *
 * @param host a name stands for all of its addresses.
 * @param port 0: any free one.
 */
export async function listenForGrpc(
  server: Server,
  { host, port, connections }: { readonly host: string; readonly port: number; readonly connections: OpenConnections },
): Promise<GrpcListener> {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listeners: TcpServer[] = [];
  const stop = (): void => {
    for (const listener of listeners) listener.close();
  };
  let bound = port;
  try {
    for (const { address } of await lookup(host, { all: true })) {
      const listener = tcpServer(injector, connections);
      listeners.push(listener);
      listener.listen({ host: address, port: bound });
      await once(listener, 'listening');
      bound = (listener.address() as AddressInfo).port;
    }
  } catch (error) {
    stop();
    throw error;
  }
  return { port: bound, stop };
}

function tcpServer(injector: ConnectionInjector, connections: OpenConnections): TcpServer {
  return createServer({ noDelay: true }, (socket) => {
    if (connections.admit(socket)) injector.injectConnection(socket);
  });
}
