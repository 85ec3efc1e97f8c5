import {
  type EvaluationContext,
  GeneralError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/web-sdk';
import { type FlagValueType, resolutionOf } from '@sortition/openfeature-core';

import { AnswerStore } from './answer-store.js';
import { assignedDecision } from './assigned-decision.js';
import type { ChangeHint } from './change-stream.js';
import { EvaluatedFlags } from './evaluated-flags.js';
import { browserStorage } from './key-value-storage.js';
import { HttpFailure, PlatformHttp, type TaggedAnswer } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { Session } from './session.js';

/** Serves OpenFeature evaluations in a browser from one bulk evaluation by Sortition, and records what was read. */
export class SortitionWebProvider implements Provider {
  readonly metadata = { name: 'sortition-web' } as const;
  readonly runsOn = 'client';
  /** Values are kept by domain. */
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  private readonly http: PlatformHttp;
  private readonly flags = new EvaluatedFlags();
  private context: EvaluationContext = {};
  /** Counts contexts; an answer for an earlier one is thrown away. */
  private generation = 0;
  private isStale = false;
  private notBeforeMs = 0;
  private store: AnswerStore | undefined;
  private session: Session | undefined;

  /** @throws TypeError when `url` or `apiKey` is missing. */
  constructor(private readonly options: SortitionWebProviderOptions) {
    for (const name of ['url', 'apiKey'] as const) {
      if (!options[name]) throw new TypeError(`The option ${name} is missing.`);
    }
    this.http = new PlatformHttp(options);
  }

  /**
   * Evaluates all flags for the context, or takes what is at hand (`bootstrap`, `cache`). Rejects with PROVIDER_FATAL
   * when the API key is refused.
   */
  async initialize(context: EvaluationContext = {}, domain?: string): Promise<void> {
    const { url, apiKey, bootstrap, cache, storage = browserStorage() } = this.options;
    this.context = context;
    const generation = ++this.generation;
    this.store = new AnswerStore(cache === 'none' ? undefined : storage, [url, apiKey, domain]);
    this.session ??= new Session(this.options, this.http, (hint) => void this.refresh(hint));
    if (bootstrap) this.take({ answer: bootstrap });
    else if (cache !== 'cache-first' || !(await this.recall(generation))) {
      try {
        await this.load(generation);
      } catch (error) {
        if (isRefused(error)) {
          await this.store.clear();
          throw new ProviderFatalError(messageOf(error));
        }
        if (!(await this.recall(generation))) throw new GeneralError(messageOf(error));
        this.becomeStale(error);
      }
      return;
    }
    void this.refresh();
  }

  /**
   * Evaluates all flags for the new context; until it is done, reads are served for the old one. A provider that is
   * closed only remembers it.
   */
  async onContextChange(_before: EvaluationContext, context: EvaluationContext): Promise<void> {
    this.context = context;
    const generation = ++this.generation;
    if (!this.session) return;
    try {
      await this.load(generation);
      this.isStale = false;
    } catch (error) {
      if (generation !== this.generation) return;
      if (isRefused(error) || !(await this.recall(generation))) throw new GeneralError(messageOf(error));
      this.becomeStale(error);
    }
  }

  /** Sends what is waiting within a bound. Idempotent; the provider may be used again. */
  async onClose(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    this.generation += 1;
    this.isStale = false;
    await session?.close();
  }

  resolveBooleanEvaluation(flagKey: string, defaultValue: boolean): ResolutionDetails<boolean> {
    return this.resolve(flagKey, 'boolean', defaultValue);
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string): ResolutionDetails<string> {
    return this.resolve(flagKey, 'string', defaultValue);
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number): ResolutionDetails<number> {
    return this.resolve(flagKey, 'number', defaultValue);
  }

  resolveObjectEvaluation<T extends JsonValue>(flagKey: string, defaultValue: T): ResolutionDetails<T> {
    return this.resolve(flagKey, 'object', defaultValue);
  }

  /** Records an event for the units of the context. Never blocks; sent with the next batch. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.session?.recorder.track(name, context, details);
  }

  private resolve<T>(flagKey: string, type: FlagValueType, defaultValue: T): ResolutionDetails<T> {
    const answer = this.flags.get(flagKey);
    const { targetingKey } = this.context;
    const metadata = { ...this.flags.setMetadata, ...(targetingKey && { contextId: targetingKey }) };
    const outcome = answer
      ? { ...answer, errorMessage: answer.errorDetails, ...(this.flags.isCached && { reason: 'CACHED' }) }
      : { errorCode: 'FLAG_NOT_FOUND', errorMessage: `There is no flag "${flagKey}".` };
    const details = resolutionOf(flagKey, outcome, type, defaultValue, metadata);
    if (answer && details.errorCode === undefined) this.session?.recorder.expose(flagKey, assignedDecision(answer));
    return details;
  }

  /** Fetches and takes the answers unless the context has changed meanwhile. Returns the flags that changed. */
  private async load(generation: number, hint?: ChangeHint): Promise<string[]> {
    const etag = this.session?.needsStream ? undefined : this.flags.etag;
    const answer = await this.http.evaluateAll(this.context, etag, hint);
    if (generation !== this.generation) return [];
    this.session?.succeeded();
    if (!answer) {
      this.flags.isCached = false;
      return [];
    }
    void this.store?.save(this.context, answer);
    return this.take(answer);
  }

  private take(answer: TaggedAnswer, isCached = false): string[] {
    this.session?.follow(answer.answer.eventStreams);
    return this.flags.replace(answer, isCached);
  }

  /** Takes the answers that the browser kept for the context. */
  private async recall(generation: number): Promise<boolean> {
    const kept = await this.store?.load(this.context);
    if (!kept || generation !== this.generation) return false;
    this.take(kept, true);
    return true;
  }

  /** Looks for changes under the same context. */
  private async refresh(hint?: ChangeHint): Promise<void> {
    const { generation } = this;
    if (Date.now() < this.notBeforeMs) return;
    try {
      const flagsChanged = await this.load(generation, hint);
      if (generation !== this.generation) return;
      if (this.isStale) this.events.emit(ProviderEvents.Ready);
      this.isStale = false;
      if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
    } catch (error) {
      if (error instanceof HttpFailure) this.notBeforeMs = Date.now() + error.retryAfterMs;
      if (generation !== this.generation) return;
      this.session?.retryLater();
      if (!this.isStale) this.becomeStale(error);
    }
  }

  private becomeStale(error: unknown): void {
    this.isStale = true;
    const { generation } = this;
    // Told after the SDK has set the state that follows from what is under way.
    setTimeout(() => {
      if (this.isStale && generation === this.generation) {
        this.events.emit(ProviderEvents.Stale, { message: messageOf(error) });
      }
    });
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof HttpFailure && (error.status === 401 || error.status === 403);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
