import { setTimeout as sleep } from 'node:timers/promises';

import type { Server } from '@grpc/grpc-js';
import { ServerGrpc } from '@nestjs/microservices';
import { DomainError, type MonotonicClock } from '@sortition/kernel';
import { HealthImplementation } from 'grpc-health-check';

import { hostAndPort } from '../host-and-port.js';
import type { OpenConnections } from '../limits/bound-connections.js';
import { tracingInterceptor } from '../telemetry/tracing-interceptor.js';
import { admissionInterceptor } from './admission-interceptor.js';
import { forwardedPeerInterceptor } from './forwarded-peer.js';
import { type GrpcListener, listenForGrpc } from './grpc-listener.js';
import { guardedServices, packagesOf } from './package-definition.js';
import { MAX_MESSAGE_BYTES } from './received-message.js';
import { addReflection } from './reflection.js';
import { RequestArrival } from './request-arrival.js';
import { type ServedMethod, type ServedMethods, TellingServer } from './served-methods.js';
import type { ServerNativeGrpc } from './server-native-grpc.js';

export interface GrpcServerOptions {
  readonly host: string;
  readonly port: number;
  /** Full names of the services to serve. */
  readonly serves: (service: string) => boolean;
  readonly native: ServerNativeGrpc;
  readonly connections: OpenConnections;
  /** Addresses and networks of proxies whose `x-forwarded-for` tells who calls. */
  readonly trustedProxies: readonly string[];
  readonly clock: MonotonicClock;
  readonly isTracing: boolean;
}

/** A connection without a call is closed; its client opens another when it needs one. */
const MAX_IDLE_MS = 30 * 60_000;

/** Messages somewhat over the limit are still read, so that they get a clear error of our own. */
const TRANSPORT_LIMIT_BYTES = MAX_MESSAGE_BYTES * 4;

/**
 * Nest's gRPC server with additions: RPCs registered natively bypass Nest, health and reflection are served, connections
 * and the time in which requests arrive are bounded, and the port that was really bound is known.
 */
export class GrpcServer extends ServerGrpc implements ServedMethods {
  readonly health: HealthImplementation;
  private readonly arrival: RequestArrival;
  private listener: GrpcListener | undefined;
  private server: TellingServer | undefined;

  constructor(private readonly settings: GrpcServerOptions) {
    const services = new Map([...guardedServices()].filter(([service]) => settings.serves(service)));
    const nest = new Map(
      [...services]
        .map(
          ([service, methods]) =>
            [
              service,
              Object.fromEntries(Object.entries(methods).filter(([, method]) => !settings.native.has(method.path))),
            ] as const,
        )
        .filter(([, methods]) => Object.keys(methods).length > 0),
    );
    const health = new HealthImplementation(
      Object.fromEntries(['', ...services.keys()].map((name) => [name, 'SERVING'])),
    );
    super({
      package: [...packagesOf(nest.keys())],
      packageDefinition: Object.fromEntries(nest),
      onLoadPackageDefinition: (_definition: unknown, server: Server) => {
        for (const methods of services.values()) settings.native.attach(server, methods);
        health.addToServer(server);
        addReflection(server);
      },
    });
    this.health = health;
    this.arrival = new RequestArrival(settings.clock);
  }

  /** The bound port. Defined once the server listens. */
  get port(): number {
    if (!this.listener) throw new Error('The gRPC server does not listen yet.');
    return this.listener.port;
  }

  served(path: string): ServedMethod {
    if (!this.server) throw new Error('The gRPC server does not listen yet.');
    return this.server.served(path);
  }

  /** Called by Nest before it adds services to the server. */
  override async createClient(): Promise<Server> {
    const { isTracing, native, trustedProxies } = this.settings;
    this.server = new TellingServer({
      'grpc.max_receive_message_length': TRANSPORT_LIMIT_BYTES,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.max_connection_idle_ms': MAX_IDLE_MS,
      // Nobody reads what it counts of every call.
      'grpc.enable_channelz': 0,
      // The first is the nearest to the network.
      interceptors: [
        this.arrival.interceptor,
        ...(trustedProxies.length > 0 ? [forwardedPeerInterceptor(trustedProxies)] : []),
        ...(isTracing ? [tracingInterceptor] : []),
        admissionInterceptor((rpc) => native.refusalOf(rpc)),
      ],
    });
    return this.server;
  }

  /** Called by Nest to add the services. Before that, every call would be answered that its RPC is not implemented. */
  override async bindEvents(): Promise<void> {
    await super.bindEvents();
    const { host, port, connections } = this.settings;
    if (!this.server) throw new Error('The gRPC server is made before its services are added.');
    try {
      this.listener = await listenForGrpc(this.server, { host, port, connections });
    } catch (error) {
      throw new DomainError(
        'failed-precondition',
        'INVALID_CONFIGURATION',
        `The gRPC port ${hostAndPort(host, port)} cannot be opened (${error instanceof Error ? error.message : String(error)}). Choose another with --grpc-port, or 0 for any free one.`,
        { cause: error, violations: [{ field: 'grpcPort', description: `"${String(port)}" cannot be opened` }] },
      );
    }
  }

  /** Lets calls under way finish within the deadline, then ends what is left. */
  async drain(deadlineMs: number): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.listener?.stop();
    const finished = new Promise<void>((resolve) => {
      server.tryShutdown(() => {
        resolve();
      });
    });
    this.settings.native.endStreams();
    const deadline = new AbortController();
    await Promise.race([finished, sleep(deadlineMs, undefined, { signal: deadline.signal }).catch(() => undefined)]);
    deadline.abort();
    server.forceShutdown();
    this.arrival.stop();
  }
}
