import { compileSnapshotInSteps, type CompileOptions } from '@sortition/evaluation';
import type { Clock, MonotonicClock } from '@sortition/kernel';
import type { FastifyInstance } from 'fastify';

import type { Authenticator } from '../../../runtime/auth/authenticator.js';
import type { StreamTokens } from '../../../runtime/auth/stream-tokens.js';
import type { NativeGrpcRegistry } from '../../../runtime/grpc/native-grpc.js';
import { EvaluationLimits } from '../../../runtime/limits/evaluation-limits.js';
import type { Limits } from '../../../runtime/limits/limits.js';
import { observeOpenStreams } from '../../../runtime/telemetry/request-telemetry.js';
import type { ExposureIntake } from '../../../runtime/exposure-intake.js';
import type { SnapshotFeed } from '../../admin/index.js';
import { observeAssignment } from '../application/assignment-telemetry.js';
import { BoundedStickyStores } from '../application/bounded-sticky-stores.js';
import { Environments } from '../application/environments.js';
import { EvaluateFlags } from '../application/evaluate-flags.js';
import { ExplainFlag } from '../application/explain-flag.js';
import { RecordExposures } from '../application/record-exposures.js';
import { StickyDecisions } from '../application/sticky-decisions.js';
import type { StickyStores } from '../application/sticky-stores.js';
import { FlagdEndpoints } from './flagd/flagd-endpoints.js';
import { AssignmentGrpc } from './grpc/assignment.grpc.js';
import { FlagWatchGrpc } from './grpc/flag-watch.grpc.js';
import { OpenStreams } from './grpc/open-streams.js';
import { SnapshotGrpc } from './grpc/snapshot.grpc.js';
import { OfrepEndpoints } from './http/ofrep-endpoints.js';
import { ReadExposures } from './read-exposures.js';

export interface AssignmentParts {
  readonly feed: SnapshotFeed;
  /** The operators that rules may use in this process. */
  readonly operators: CompileOptions;
  readonly authenticator: Authenticator;
  readonly streamTokens: StreamTokens;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly monotonicClock: MonotonicClock;
  /** For the expiry of what is issued here. */
  readonly expiryClock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly stickyStores: StickyStores;
  /** Where exposures go that nobody else records. */
  readonly exposureIntake: ExposureIntake;
  readonly onRefreshFailed: (environmentId: string, error: unknown) => void;
  /** Told when the store of sticky assignments fails after it worked. */
  readonly onStickyStoreAway: (environmentId: string, error: unknown) => void;
}

export interface AssignmentTimes {
  /** Mean time between two looks for changes whose notice was lost, in milliseconds. */
  readonly reconcileMs: number;
  /** Time between two signs of life on a stream of gRPC, in milliseconds. */
  readonly heartbeatMs: number;
  /** The same on an event stream: so often that a page notices within 15 seconds when they stop. */
  readonly eventStreamHeartbeatMs: number;
  /** An environment that nobody asks for during this time is let go, in milliseconds. */
  readonly idleMs: number;
  /** Longest time that opening a stream waits for what the database has, in milliseconds. */
  readonly refreshDeadlineMs: number;
  /** Longest wait for a look-up or a write of sticky assignments, in milliseconds. */
  readonly stickyDeadlineMs: number;
}

export const DEFAULT_TIMES: AssignmentTimes = {
  reconcileMs: 10_000,
  heartbeatMs: 15_000,
  eventStreamHeartbeatMs: 10_000,
  idleMs: 30 * 60 * 1_000,
  refreshDeadlineMs: 1_000,
  stickyDeadlineMs: 1_000,
};

const MAX_ENVIRONMENTS = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_STICKY_OPERATIONS = 256;

/** Everything that the assignment role serves, from the feed to the wire. */
export class AssignmentEndpoints {
  private readonly environments: Environments;
  private readonly assignment: AssignmentGrpc;
  private readonly streams: OpenStreams;
  private readonly snapshots: SnapshotGrpc;
  private readonly flagWatch: FlagWatchGrpc;
  private readonly flagd: FlagdEndpoints;
  private readonly ofrep: OfrepEndpoints;
  private readonly evaluate: EvaluateFlags;
  private readonly recordExposures: RecordExposures;
  private stopObserving: readonly (() => void)[] = [];

  constructor(parts: AssignmentParts, times = DEFAULT_TIMES) {
    const { feed, authenticator, streamTokens, clock, monotonicClock, random, stickyStores } = parts;
    const { limits, onRefreshFailed, onStickyStoreAway } = parts;
    this.environments = new Environments(feed, {
      maxEnvironments: MAX_ENVIRONMENTS,
      maxBytes: MAX_BYTES,
      idleMs: times.idleMs,
      reconcileMs: times.reconcileMs,
      random,
      refreshDeadlineMs: times.refreshDeadlineMs,
      compile: (snapshot) => compileSnapshotInSteps(snapshot, parts.operators),
      onRefreshFailed,
    });
    const bounds = { deadlineMs: times.stickyDeadlineMs, maxInFlight: MAX_STICKY_OPERATIONS };
    const sticky = new StickyDecisions(new BoundedStickyStores(stickyStores, bounds), onStickyStoreAway);
    const evaluate = new EvaluateFlags(clock, sticky);
    this.evaluate = evaluate;
    this.recordExposures = new RecordExposures(parts.exposureIntake, clock, random);
    const exposures = new ReadExposures(this.recordExposures);
    const explain = new ExplainFlag(this.environments, feed, clock, sticky);
    const evaluationLimits = new EvaluationLimits(limits, monotonicClock);
    this.assignment = new AssignmentGrpc(this.environments, evaluate, explain, evaluationLimits);
    this.streams = new OpenStreams(times.heartbeatMs);
    this.snapshots = new SnapshotGrpc(this.environments, this.streams);
    this.flagWatch = new FlagWatchGrpc(this.environments, this.streams);
    const { environments, streams } = this;
    this.flagd = new FlagdEndpoints({ environments, feed, evaluate, evaluationLimits, streams, exposures });
    const { eventStreamHeartbeatMs: heartbeatMs } = times;
    this.ofrep = new OfrepEndpoints({
      environments,
      evaluate,
      authenticator,
      streamTokens,
      limits,
      evaluationLimits,
      expiryClock: parts.expiryClock,
      monotonicClock,
      random,
      heartbeatMs,
      exposures,
    });
  }

  get openEventStreams(): number {
    return this.ofrep.openEventStreams;
  }

  /** Registers what is served, before the servers listen. */
  register(registry: NativeGrpcRegistry, fastify: FastifyInstance): void {
    this.assignment.register(registry);
    this.snapshots.register(registry);
    this.flagWatch.register(registry);
    this.flagd.register(registry);
    this.ofrep.register(fastify);
  }

  /** Starts to follow changes. */
  start(): void {
    this.stopObserving = [
      observeAssignment(this.environments, this.evaluate.counts, this.recordExposures),
      observeOpenStreams('http', () => this.openEventStreams),
    ];
    this.environments.start();
    this.streams.start();
    this.ofrep.start();
  }

  /** Stores the exposures that wait, as far as the log takes them. */
  close(): Promise<void> {
    return this.recordExposures.close();
  }

  /** Ends the streams and stops following changes. */
  stop(): void {
    this.ofrep.stop();
    this.streams.stop();
    this.environments.stop();
    for (const stop of this.stopObserving) stop();
  }
}
