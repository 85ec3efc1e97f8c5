import { Server, ServerCredentials } from '@grpc/grpc-js';
import { SERVICES } from '@sortition/contracts';
import { standardOperators } from '@sortition/evaluation/operators';
import fastify from 'fastify';
import { type Logger, pino } from 'pino';

import type { Authenticator } from '../../../runtime/auth/authenticator.js';
import type { StreamTokens } from '../../../runtime/auth/stream-tokens.js';
import { ServerNativeGrpc } from '../../../runtime/grpc/server-native-grpc.js';
import { HeldStreams, type StreamBounds } from '../../../runtime/limits/held-streams.js';
import type { ExposureIntake } from '../../../runtime/exposure-intake.js';
import type { SnapshotFeed } from '../../admin/index.js';
import type { StickyStores } from '../application/sticky-stores.js';
import { AssignmentEndpoints, type AssignmentTimes, DEFAULT_TIMES } from '../transport/assignment-endpoints.js';
import { FixedStreamTokens } from './fixed-stream-tokens.js';
import { InMemoryStickyStores } from './in-memory-sticky-stores.js';

/** The assignment role on real servers, without Nest and without a database. */
export interface RunningAssignment {
  readonly grpcAddress: string;
  readonly httpUrl: string;
  /** Ends the streams, as before the servers close. */
  drain(): void;
  openEventStreams(): number;
  close(): Promise<void>;
}

export interface RunningAssignmentOptions {
  readonly feed: SnapshotFeed;
  readonly authenticator: Authenticator;
  readonly times?: Partial<AssignmentTimes>;
  readonly nowMs?: number;
  /** Instead of a fixed time. */
  readonly now?: () => number;
  /** Tokens that name their key by default. */
  readonly streamTokens?: StreamTokens;
  /** In memory by default. */
  readonly stickyStores?: StickyStores;
  /** Takes and forgets by default. */
  readonly exposureIntake?: ExposureIntake;
  /** Unlimited by default. */
  readonly evaluationsPerSecond?: number;
  /** Unlimited by default. */
  readonly clientEvaluationsPerSecond?: number;
  /** The default when absent. */
  readonly streamBounds?: StreamBounds;
  /** Port of gRPC; any free one by default. */
  readonly grpcPort?: number;
  /** Silent by default. */
  readonly logger?: Logger;
  /** Registers further RPCs. */
  readonly register?: (native: ServerNativeGrpc) => void;
}

const LONG_MS = 3_600_000;
const LONG_TIMES = { reconcileMs: LONG_MS, heartbeatMs: LONG_MS, eventStreamHeartbeatMs: LONG_MS, idleMs: LONG_MS };

export async function runAssignment(options: RunningAssignmentOptions): Promise<RunningAssignment> {
  const { feed, authenticator, times, nowMs, grpcPort = 0, register } = options;
  const clock = { now: options.now ?? (() => nowMs ?? Date.now()) };
  const streamTokens = options.streamTokens ?? new FixedStreamTokens(authenticator, () => clock.now());
  const endpoints = new AssignmentEndpoints(
    {
      feed,
      operators: { operators: standardOperators },
      authenticator,
      streamTokens,
      limits: {
        evaluationsPerSecond: options.evaluationsPerSecond,
        clientEvaluationsPerSecond: options.clientEvaluationsPerSecond,
        wrongKeysPerSecond: undefined,
        streams: options.streamBounds,
      },
      clock,
      monotonicClock: clock,
      expiryClock: clock,
      random: () => 0.5,
      stickyStores: options.stickyStores ?? new InMemoryStickyStores(clock),
      exposureIntake: options.exposureIntake ?? { take: async () => 0 },
      onRefreshFailed: () => undefined,
      onStickyStoreAway: () => undefined,
    },
    { ...DEFAULT_TIMES, ...LONG_TIMES, ...times },
  );
  const streams = new HeldStreams(streamTokens, () => 0.5, options.streamBounds);
  const native = new ServerNativeGrpc(authenticator, streams, options.logger ?? pino({ level: 'silent' }));
  const http = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 16 * 1024 } });
  endpoints.register(native, http);
  register?.(native);
  const grpc = new Server();
  for (const service of Object.values(SERVICES)) native.attach(grpc, service);
  const port = await new Promise<number>((resolve, reject) => {
    grpc.bindAsync(`127.0.0.1:${String(grpcPort)}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const httpUrl = await http.listen({ host: '127.0.0.1', port: 0 });
  endpoints.start();
  streams.start();
  return {
    grpcAddress: `127.0.0.1:${String(port)}`,
    httpUrl,
    drain: () => {
      endpoints.stop();
    },
    openEventStreams: () => endpoints.openEventStreams,
    async close() {
      streams.stop();
      endpoints.stop();
      await endpoints.close();
      grpc.forceShutdown();
      await http.close();
    },
  };
}
