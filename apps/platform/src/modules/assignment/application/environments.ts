import { LRUCache } from 'lru-cache';

import type { SnapshotFeed } from '../../admin/index.js';
import type { EnvironmentState } from '../domain/environment-state.js';
import { type Compile, type EnvironmentId, LoadedEnvironment } from './loaded-environment.js';

export interface EnvironmentsOptions {
  /** Environments held at most; those that are watched come on top. */
  readonly maxEnvironments: number;
  /** Bytes of snapshot JSON held at most, as a measure of memory. */
  readonly maxBytes: number;
  /** An environment that nobody asked for during this time is let go. */
  readonly idleMs: number;
  /** Mean time between two looks for changes whose notice was lost. */
  readonly reconcileMs: number;
  /** In [0, 1); spreads the polls of many processes. */
  readonly random: () => number;
  readonly compile: Compile;
  /** Longest time that a caller who needs the newest state waits for the database, in milliseconds. */
  readonly refreshDeadlineMs: number;
  /** Told of refreshes that failed; the environment keeps its last state. */
  readonly onRefreshFailed: (environmentId: string, error: unknown) => void;
}

/** Refreshes under way at once during a reconciliation. */
const RECONCILE_CONCURRENCY = 4;
const NOTICED_TTL_RESOLUTION_MS = 1_000;

/**
 * The environments that this process holds in memory. One is loaded on first use, kept up to date by notices and a
 * poll, and let go when idle. With the database away everything that is held stays in use.
 */
export class Environments {
  private readonly held: LRUCache<string, LoadedEnvironment>;
  /** Watched environments are never let go. */
  private readonly watched = new Map<string, LoadedEnvironment>();
  private readonly loading = new Map<string, Promise<LoadedEnvironment>>();
  private stopNotices: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private refreshFailures = 0;

  constructor(
    private readonly feed: SnapshotFeed,
    private readonly options: EnvironmentsOptions,
  ) {
    this.held = new LRUCache<string, LoadedEnvironment>({
      max: options.maxEnvironments,
      maxSize: options.maxBytes,
      maxEntrySize: options.maxBytes,
      sizeCalculation: ({ log }) => Math.max(1, log.bytes),
      ttl: options.idleMs,
      ttlResolution: NOTICED_TTL_RESOLUTION_MS,
      updateAgeOnGet: true,
    });
  }

  /** Starts to follow changes. */
  start(): void {
    this.stopNotices = this.feed.onPublished((environmentId, revision) => {
      const underWay = this.loading.get(environmentId);
      if (underWay) void underWay.then((environment) => this.reach(environment, revision)).catch(() => undefined);
      const environment = this.find(environmentId);
      if (environment) void this.reach(environment, revision);
    });
    this.scheduleReconciliation();
  }

  stop(): void {
    this.stopNotices?.();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.stopNotices = undefined;
  }

  /** Looks for something newer that failed. */
  get failedRefreshes(): number {
    return this.refreshFailures;
  }

  /** What is held, the watched first. */
  loaded(): readonly LoadedEnvironment[] {
    return [...new Set([...this.watched.values(), ...this.held.values()])];
  }

  /** The state at hand; undefined when the environment has to be loaded. */
  current(environmentId: string): EnvironmentState | undefined {
    return this.find(environmentId)?.state;
  }

  /**
   * Loads the environment unless it is at hand.
   *
   * @throws DomainError RESOURCE_NOT_FOUND; DATABASE_UNAVAILABLE when it was never loaded and cannot be now.
   */
  async load(id: EnvironmentId): Promise<LoadedEnvironment> {
    const held = this.find(id.environmentId);
    if (held) return held;
    const underWay = this.loading.get(id.environmentId);
    if (underWay) return underWay;
    const load = LoadedEnvironment.load(id, this.feed, this.options.compile)
      .then((environment) => {
        this.held.set(id.environmentId, environment);
        return environment;
      })
      .finally(() => this.loading.delete(id.environmentId));
    this.loading.set(id.environmentId, load);
    return load;
  }

  /**
   * The environment with everything in it that was committed before the call. When the database does not say so in
   * time, it is as this process knows it.
   *
   * @throws DomainError as `load`.
   */
  async loadNewest(id: EnvironmentId): Promise<LoadedEnvironment> {
    const environment = await this.load(id);
    await environment.refreshWithin(this.options.refreshDeadlineMs);
    return environment;
  }

  /** Calls `listener` after every change of a loaded environment, until the returned function is called. */
  watch(environment: LoadedEnvironment, listener: () => void): () => void {
    const { environmentId } = environment.id;
    const stop = environment.onChange(listener);
    this.watched.set(environmentId, environment);
    return () => {
      stop();
      if (environment.isWatched || this.watched.get(environmentId) !== environment) return;
      this.watched.delete(environmentId);
      this.held.set(environmentId, environment);
    };
  }

  /** Brings everything that is held up to date. */
  async reconcile(): Promise<void> {
    this.held.purgeStale();
    const waiting = [...this.loaded()];
    const worker = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await this.refresh(next);
    };
    await Promise.all(Array.from({ length: RECONCILE_CONCURRENCY }, worker));
  }

  private find(environmentId: string): LoadedEnvironment | undefined {
    return this.held.get(environmentId) ?? this.watched.get(environmentId);
  }

  private async reach(environment: LoadedEnvironment, revision: number): Promise<void> {
    if (environment.state.revision < revision) await this.refresh(environment);
  }

  private async refresh(environment: LoadedEnvironment): Promise<void> {
    try {
      await environment.refresh();
    } catch (error) {
      this.refreshFailures += 1;
      this.options.onRefreshFailed(environment.id.environmentId, error);
    }
  }

  private scheduleReconciliation(): void {
    const { reconcileMs, random } = this.options;
    this.timer = setTimeout(
      () => {
        void this.reconcile().finally(() => {
          if (this.timer) this.scheduleReconciliation();
        });
      },
      reconcileMs * (0.5 + random()),
    );
    this.timer.unref();
  }
}
