import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CompiledSnapshot } from '@sortition/evaluation';
import { DomainError, type Steps } from '@sortition/kernel';

import { inTurns } from '../../../runtime/in-turns.js';
import type { PublishedDelta, PublishedSnapshot, SnapshotFeed } from '../../admin/index.js';
import { EnvironmentState } from '../domain/environment-state.js';
import { RevisionLog, type LoggedState } from '../domain/revision-log.js';

/** Whose environment it is. */
export interface EnvironmentId {
  readonly organizationId: string;
  readonly environmentId: string;
}

/** Compiles a parsed snapshot with the operators that the process has. */
export type Compile = (snapshot: unknown) => Steps<CompiledSnapshot>;

/** One environment held in memory: its newest compiled state and its recent history. */
export class LoadedEnvironment {
  private readonly listeners = new Set<() => void>();
  private refreshing: Promise<void> | undefined;
  private isRefreshWanted = false;
  private confirmedAtMs = performance.now();

  private constructor(
    readonly id: EnvironmentId,
    private readonly feed: SnapshotFeed,
    private readonly compile: Compile,
    private currentState: EnvironmentState,
    private history: RevisionLog,
  ) {}

  /** @throws DomainError of the feed; INVALID_CONFIGURATION when the published state cannot be compiled. */
  static async load(id: EnvironmentId, feed: SnapshotFeed, compile: Compile): Promise<LoadedEnvironment> {
    const published = await feed.latest(id.organizationId, id.environmentId);
    const state = await stateOf(published, compile);
    return new LoadedEnvironment(id, feed, compile, state, RevisionLog.from(logged(published)));
  }

  get state(): EnvironmentState {
    return this.currentState;
  }

  get log(): RevisionLog {
    return this.history;
  }

  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  /** Since it was last known to be the newest. */
  get ageSeconds(): number {
    return (performance.now() - this.confirmedAtMs) / 1_000;
  }

  /** Calls `listener` after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /**
   * Catches up with what was published. Calls during a refresh share one more run after it. A state that cannot be
   * read or compiled leaves the current one in place.
   *
   * @throws what the feed or the compiler threw.
   */
  refresh(): Promise<void> {
    this.isRefreshWanted = true;
    this.refreshing ??= this.refreshUntilCurrent().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  /** As `refresh`, but goes on with what is held when that fails or takes longer than `deadlineMs`. Never rejects. */
  async refreshWithin(deadlineMs: number): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([
      this.refresh().catch(() => undefined),
      sleep(deadlineMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
  }

  /** The newest whole state; read from the feed when only changes to an older one are at hand. */
  async wholeState(): Promise<LoggedState> {
    const { newest: held, revision: since } = this.history;
    if (held) return held;
    const published = await this.feed.latest(this.id.organizationId, this.id.environmentId);
    const whole = logged(published);
    if (published.revision > this.history.revision) {
      await this.adopt(published, whole, since);
      this.notify();
    } else if (published.revision === this.history.revision) this.history = this.history.rebase(whole);
    return whole;
  }

  private async refreshUntilCurrent(): Promise<void> {
    while (this.isRefreshWanted) {
      this.isRefreshWanted = false;
      const askedAtMs = performance.now();
      await this.refreshOnce();
      this.confirmedAtMs = askedAtMs;
    }
  }

  private async refreshOnce(): Promise<void> {
    const { organizationId, environmentId } = this.id;
    const deltas = await this.feed.deltasSince(organizationId, environmentId, this.state.revision);
    if (deltas?.length === 0) return;
    if (!deltas || !(await this.applyAll(deltas))) await this.startAnew();
    this.notify();
    if (this.history.needsNewBase) await this.wholeState();
  }

  /** Returns false when the deltas do not fit what is held, and then changes nothing. */
  private async applyAll(deltas: readonly PublishedDelta[]): Promise<boolean> {
    let { compiled } = this.state;
    let log = this.history;
    const { revision: since } = log;
    try {
      for (const delta of deltas) {
        if (delta.fromRevision !== compiled.revision) return false;
        compiled = await inTurns(compiled.applyDeltaInSteps(JSON.parse(delta.json)));
        log = log.append({ ...delta, json: Buffer.from(delta.json) });
      }
    } catch (error) {
      if (error instanceof DomainError || error instanceof SyntaxError) return false;
      throw error;
    }
    if (this.history.revision > since) return true;
    this.currentState = new EnvironmentState(compiled, log.contentHash);
    this.history = log;
    return true;
  }

  private async startAnew(): Promise<void> {
    const { revision: since } = this.history;
    const published = await this.feed.latest(this.id.organizationId, this.id.environmentId);
    await this.adopt(published, logged(published), since);
  }

  /** @param since revision that was held when it was read: what another look has led to meanwhile stays. */
  private async adopt(published: PublishedSnapshot, whole: LoggedState, since: number): Promise<void> {
    const state = await stateOf(published, this.compile);
    if (this.history.revision > since) return;
    this.currentState = state;
    this.history = this.history.rebase(whole);
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

async function stateOf({ json, contentHash }: PublishedSnapshot, compile: Compile): Promise<EnvironmentState> {
  return new EnvironmentState(await inTurns(compile(JSON.parse(json))), contentHash);
}

function logged({ revision, contentHash, json }: PublishedSnapshot): LoggedState {
  const bytes = Buffer.from(json);
  return { revision, contentHash, textHash: createHash('sha256').update(bytes).digest('hex'), json: bytes };
}
