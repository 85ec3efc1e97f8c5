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

import { AnswerStore } from './answer-store.js';
import { assignedDecision } from './assigned-decision.js';
import type { ChangeHint } from './change-stream.js';
import { EvaluatedFlags } from './evaluated-flags.js';
import { browserStorage } from './key-value-storage.js';
import { asFailure, type HttpFailure, PlatformHttp, type TaggedAnswer } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { Session } from './session.js';

/** Serves OpenFeature evaluations in a browser from one bulk evaluation by Sortition, and records what was read. */
export class SortitionWebProvider implements Provider {
  readonly metadata = { name: 'sortition-web' } as const;
  readonly runsOn = 'client';
  /** Values are kept by domain. */
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  readonly #http: PlatformHttp;
  #flags = new EvaluatedFlags();
  #context: EvaluationContext = {};
  /** Ends with the context: its requests are given up, its answers thrown away. */
  #current = new AbortController();
  /** Whether a failure was told and READY has to follow. */
  #needsReady = false;
  /** That the key was refused: nothing is asked any more under this context. */
  #refusal: HttpFailure | undefined;
  #store: AnswerStore | undefined;
  #session: Session | undefined;

  /** @throws TypeError when `url` or `apiKey` is missing. */
  constructor(private readonly options: SortitionWebProviderOptions) {
    for (const name of ['url', 'apiKey'] as const) {
      if (!options[name]) throw new TypeError(`The option ${name} is missing.`);
    }
    this.#http = new PlatformHttp(options);
  }

  /**
   * Evaluates all flags for the context, or takes what is at hand (`bootstrap`, `cache`). Rejects with PROVIDER_FATAL
   * when the API key is refused, and with GENERAL when there is nothing to serve; then attempts go on, and READY follows
   * when one succeeds.
   */
  async initialize(context: EvaluationContext = {}, domain?: string): Promise<void> {
    const { url, apiKey, bootstrap, cache, storage = browserStorage() } = this.options;
    const signal = this.#enter(context);
    this.#store = new AnswerStore(cache === 'none' ? undefined : storage, [url, apiKey, domain]);
    this.#session ??= new Session(this.options, this.#http, (hint) => void this.#refresh(hint));
    if (bootstrap) this.#take({ answer: bootstrap });
    else if (cache !== 'cache-first' || !(await this.#recall(signal))) {
      try {
        await this.#reconcile(signal);
      } catch (error) {
        if (!this.#refusal) throw error;
        await this.#store.clear();
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
    if (targetingKey && targetingKey !== context.targetingKey) await this.#store?.clear();
    await this.#reconcile(signal);
  }

  /** Gives up what is under way and sends what is waiting within a bound. Idempotent; the provider may be used again. */
  async onClose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#flags = new EvaluatedFlags();
    this.#current.abort();
    await session?.close();
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

  /** Records an event for the units of the context. Never blocks; sent with the next batch. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.#session?.recorder.track(name, context, details);
  }

  #resolve<T>(flagKey: string, type: FlagValueType, defaultValue: T): ResolutionDetails<T> {
    const answer = this.#flags.get(flagKey);
    const outcome = answer
      ? { ...answer, errorMessage: answer.errorDetails, ...(this.#flags.isCached && { reason: 'CACHED' }) }
      : { errorCode: 'FLAG_NOT_FOUND', errorMessage: `There is no flag "${flagKey}".` };
    const details = resolutionOf(flagKey, outcome, type, defaultValue, this.#flags.setMetadata);
    if (answer && !details.errorCode) this.#session?.recorder.expose(flagKey, assignedDecision(answer));
    return details;
  }

  #enter(context: EvaluationContext): AbortSignal {
    this.#context = context;
    this.#refusal = undefined;
    this.#needsReady = false;
    this.#current.abort();
    this.#current = new AbortController();
    return this.#current.signal;
  }

  /** Evaluates all flags for the context or, with the platform away, takes what the browser kept for it. */
  async #reconcile(signal: AbortSignal): Promise<void> {
    try {
      await this.#load(signal);
    } catch (error) {
      const failure = asFailure(error);
      const { message, status } = failure;
      // From 400 to 404 the request or its key is wrong, not the network: values of earlier visits are no substitute.
      const isRecalled = (status < 400 || status > 404) && (await this.#recall(signal));
      if (!signal.aborted) this.#failed(failure);
      else if (this.#session) return; // A later context is on its way.
      if (!isRecalled) throw new GeneralError(message);
      this.#tell(ProviderEvents.Stale, { message });
    }
  }

  /** Fetches and takes the answers. Returns the flags that changed; rejects when the context has changed meanwhile. */
  async #load(signal: AbortSignal, hint?: ChangeHint): Promise<string[]> {
    const context = this.#context;
    const session = this.#session;
    const hold = session?.hold;
    if (hold) throw hold;
    const etag = this.#flags.context === context && !session?.stream.isLost ? this.#flags.etag : undefined;
    const answer = await this.#http.evaluateAll(context, etag, signal, hint);
    signal.throwIfAborted();
    session?.succeeded();
    this.#flags.isCached = false;
    const flagsChanged = answer ? this.#take(answer) : [];
    if (answer) void this.#store?.save(context, answer);
    if (this.#needsReady) this.events.emit(ProviderEvents.Ready);
    this.#needsReady = false;
    return flagsChanged;
  }

  #take(answer: TaggedAnswer): string[] {
    this.#session?.take(answer.answer);
    return this.#flags.replace(answer, this.#context);
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
    if (this.#refusal) return;
    try {
      const flagsChanged = await this.#load(signal, hint);
      if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
    } catch (error) {
      if (signal.aborted) return;
      const needsReady = this.#needsReady;
      const failure = asFailure(error);
      const { message } = failure;
      this.#failed(failure);
      if (failure.isRefusal) this.#tell(ProviderEvents.Error, { message, errorCode: ErrorCode.GENERAL });
      else if (!needsReady) this.#tell(ProviderEvents.Stale, { message });
    }
  }

  #failed(failure: HttpFailure): void {
    this.#needsReady = true;
    if (failure.isRefusal) this.#refusal = failure;
    else this.#session?.retryLater(failure);
  }

  /** Tells a failure after the SDK has set the state that follows from what is under way, unless it is over by then. */
  #tell(
    event: ProviderEvents.Error | ProviderEvents.Stale,
    details: { readonly message: string; readonly errorCode?: ErrorCode },
  ): void {
    const { signal } = this.#current;
    setTimeout(() => {
      if (this.#needsReady && !signal.aborted) this.events.emit(event, details);
    });
  }
}
