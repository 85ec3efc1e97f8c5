import {
  ErrorCode,
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

import type { TaggedAnswer } from './bulk-answer.js';
import type { ChangeHint } from './change-stream.js';
import { EvaluatedFlags } from './evaluated-flags.js';
import type { KeptAnswers } from './modules.js';
import { asFailure, type HttpFailure, PlatformHttp } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { Session } from './session.js';

const SILENT = 'The stream of changes is down.';

/** Serves OpenFeature evaluations in a browser from one bulk evaluation by Sortition, and records what was read. */
export class SortitionWebProvider implements Provider {
  readonly metadata = { name: 'sortition-web' } as const;
  readonly runsOn = 'client';
  /** Values are kept by domain. */
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  readonly #options: SortitionWebProviderOptions;
  readonly #http: PlatformHttp;
  #flags = new EvaluatedFlags();
  #context: EvaluationContext = {};
  /** Ends with the context: its requests are given up, its answers thrown away. */
  #current = new AbortController();
  /** What was told, or told by the SDK, since the context is what it is, and READY has to follow. */
  #told: ProviderEvents | undefined;
  /** The evaluation of the current context. */
  #reconciling: Promise<void> = Promise.resolve();
  /** That the key was refused: nothing is asked any more under this context. */
  #refusal: HttpFailure | undefined;
  #store: KeptAnswers | undefined;
  #session: Session | undefined;

  /** @throws TypeError when `url` or `apiKey` is missing. */
  constructor(options: SortitionWebProviderOptions) {
    for (const name of ['url', 'apiKey'] as const) {
      if (!options[name]) throw new TypeError(`The option ${name} is missing.`);
    }
    this.#options = options.anonymousId?.join(this, options) ?? options;
    this.#http = new PlatformHttp(options);
  }

  /**
   * Evaluates all flags for the context, or takes what is at hand (`bootstrap`, `cache`). Rejects with PROVIDER_FATAL
   * when the API key is refused, and with GENERAL when there is nothing to serve; then attempts go on, and READY follows
   * when one succeeds.
   */
  async initialize(context: EvaluationContext = {}, domain?: string): Promise<void> {
    const { bootstrap, cache } = this.#options;
    const signal = this.#enter(context);
    this.#store = cache?.(this.#options, domain);
    this.#session ??= new Session(this.#options, this.#http, {
      refresh: (hint) => void this.#refresh(hint),
      lost: () => this.#told ?? this.#tell(ProviderEvents.Stale, SILENT),
    });
    if (bootstrap) this.#take({ answer: bootstrap });
    else if (!this.#store?.isFirst || !(await this.#recall(signal))) {
      try {
        await this.#reconcile(signal);
      } catch (error) {
        if (!this.#refusal || signal.aborted) throw error;
        await this.#store?.clear();
        await this.onClose();
        throw new ProviderFatalError(this.#refusal.message);
      }
      return;
    }
    void this.#refresh();
  }

  /**
   * Evaluates all flags for the new context; until it is done, reads are served for the old one. A provider that is
   * closed does nothing.
   */
  async onContextChange(before: EvaluationContext, context: EvaluationContext): Promise<void> {
    if (!this.#session) {
      if (this.#refusal) throw new GeneralError(this.#refusal.message);
      return;
    }
    const { targetingKey } = before;
    const signal = this.#enter(context);
    this.#session.recording.unsettle();
    // What is stored is done in order: this comes before whatever the new context has stored.
    if (targetingKey && targetingKey !== context.targetingKey) void this.#store?.clear();
    await this.#reconcile(signal);
  }

  /** Gives up what is under way and sends what is waiting within a bound. Idempotent; the provider may be used again. */
  async onClose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#flags = new EvaluatedFlags();
    this.#current.abort('The provider was closed.');
    await session?.close(this.#context);
    await this.#store?.done;
  }

  resolveBooleanEvaluation(flagKey: string, defaultValue: boolean): ResolutionDetails<boolean> {
    return this.#resolve(flagKey, 'boolean', defaultValue);
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string): ResolutionDetails<string> {
    return this.#resolve(flagKey, 'string', defaultValue);
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number): ResolutionDetails<number> {
    return this.#resolve(flagKey, 'number', defaultValue);
  }

  resolveObjectEvaluation<T extends JsonValue>(flagKey: string, defaultValue: T): ResolutionDetails<T> {
    return this.#resolve(flagKey, 'object', defaultValue);
  }

  /**
   * Records an event for the units of the context. Never blocks; sent with the next batch. The SDK passes nothing on
   * before READY: what happens until then is recorded by calling this.
   */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails = {}): void {
    if (this.#session) this.#session.recording.track(name, context, details);
    else this.#http.onEventsLost('unsent', 1);
  }

  #resolve<T>(flagKey: string, type: FlagValueType, defaultValue: T): ResolutionDetails<T> {
    const answer = this.#flags.get(flagKey);
    const outcome = answer
      ? { ...answer, errorMessage: answer.errorDetails, ...(this.#flags.isCached && { reason: 'CACHED' }) }
      : { errorCode: 'FLAG_NOT_FOUND', errorMessage: `There is no flag "${flagKey}".` };
    const details = resolutionOf(flagKey, outcome, type, defaultValue, this.#flags.setMetadata);
    if (answer && !details.errorCode) this.#session?.recording.expose(answer);
    return details;
  }

  #enter(context: EvaluationContext): AbortSignal {
    this.#context = context;
    this.#refusal = this.#told = undefined;
    this.#current.abort();
    this.#current = new AbortController();
    return this.#current.signal;
  }

  /** Evaluates all flags for the context or, with the platform away, takes what the browser kept for it. */
  #reconcile(signal: AbortSignal): Promise<void> {
    if (!signal.aborted || !this.#session) this.#reconciling = this.#evaluate(signal);
    return this.#reconciling;
  }

  async #evaluate(signal: AbortSignal): Promise<void> {
    try {
      await this.#load(signal);
    } catch (error) {
      const failure = asFailure(error);
      const { message, status } = failure;
      // From 400 to 404 the request or its key is wrong, not the network: values of earlier visits are no substitute.
      const isRecalled = (status < 400 || status > 404) && (await this.#recall(signal));
      if (!signal.aborted) this.#failed(failure);
      // A later context is on its way.
      else if (this.#session) return this.#reconciling;
      if (!isRecalled) {
        // The SDK tells of it.
        this.#told = ProviderEvents.Error;
        throw new GeneralError(message);
      }
      this.#tell(ProviderEvents.Stale, message);
    }
  }

  /** Fetches and takes the answers. Returns the flags that changed; rejects when the context has changed meanwhile. */
  async #load(signal: AbortSignal, hint?: ChangeHint): Promise<string[]> {
    const context = this.#context;
    const session = this.#session;
    const hold = session?.hold;
    if (hold) throw hold;
    const etag = this.#flags.context === context ? this.#flags.etag : undefined;
    const answer = await this.#http.evaluateAll(context, etag, signal, hint);
    if (signal.aborted) throw asFailure(signal.reason);
    session?.succeeded();
    this.#flags.isCached = false;
    const flagsChanged = answer ? this.#take(answer) : [];
    if (answer) void this.#store?.save(context, answer);
    if (session?.isStreamDown) this.#tell(ProviderEvents.Stale, SILENT);
    else if (this.#told) {
      this.#told = undefined;
      this.events.emit(ProviderEvents.Ready);
    }
    return flagsChanged;
  }

  #take(answer: TaggedAnswer): string[] {
    const changed = this.#flags.replace(answer, this.#context);
    this.#session?.take(answer.answer, this.#context);
    return changed;
  }

  /** Takes the answers that the browser kept for the context, unless there are some by then. Returns whether there are. */
  async #recall(signal: AbortSignal): Promise<boolean> {
    const kept = await this.#store?.load(this.#context);
    if (this.#flags.context === this.#context) return true;
    if (!kept || signal.aborted) return false;
    this.#take(kept);
    this.#flags.isCached = true;
    return true;
  }

  /** Looks for changes under the same context. */
  async #refresh(hint?: ChangeHint): Promise<void> {
    const { signal } = this.#current;
    // What is at hand may have come after the change.
    const isKnown = hint?.revision && String(hint.revision) === this.#flags.setMetadata['version'];
    if (this.#refusal || isKnown) return;
    try {
      const flagsChanged = await this.#load(signal, hint);
      if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
    } catch (error) {
      if (signal.aborted) return;
      const failure = asFailure(error);
      this.#failed(failure);
      if (failure.isRefusal) this.#tell(ProviderEvents.Error, failure.message);
      else if (!this.#told) this.#tell(ProviderEvents.Stale, failure.message);
    }
  }

  #failed(failure: HttpFailure): void {
    this.#session?.recording.settle(this.#context);
    if (failure.isRefusal) this.#refusal = failure;
    else this.#session?.retryLater(failure);
  }

  /** Tells a failure after the SDK has set the state that follows from what is under way, unless it is over by then. */
  #tell(event: ProviderEvents.Error | ProviderEvents.Stale, message: string): void {
    const { signal } = this.#current;
    if (this.#told === event) return;
    this.#told = event;
    const details = { message, ...(event === ProviderEvents.Error && { errorCode: ErrorCode.GENERAL }) };
    setTimeout(() => {
      if (this.#told === event && !signal.aborted) this.events.emit(event, details);
    });
  }
}
