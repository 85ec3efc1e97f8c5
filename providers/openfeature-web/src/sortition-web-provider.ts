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
import {
  DEFAULT_EVENT_QUEUE,
  EventQueue,
  EventRecorder,
  type FlagValueType,
  resolutionOf,
} from '@sortition/openfeature-core';

import { assignedDecision } from './assigned-decision.js';
import { EvaluatedFlags } from './evaluated-flags.js';
import { onPageVisibility } from './page-events.js';
import { HttpFailure, PlatformHttp } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';

/** Events sent together; so few that a batch can outlive its page. */
const BATCH_SIZE = 50;
const CAPACITY = 1_000;
const RECENT_EXPOSURES = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** What exists between `initialize` and `onClose`. */
interface Session {
  readonly queue: EventQueue;
  readonly recorder: EventRecorder;
  readonly stop: () => void;
}

/** Serves OpenFeature evaluations in a browser from one bulk evaluation by Sortition, and records what was read. */
export class SortitionWebProvider implements Provider {
  readonly metadata = { name: 'sortition-web' } as const;
  readonly runsOn = 'client';
  readonly events = new OpenFeatureEventEmitter();
  private readonly http: PlatformHttp;
  private readonly flags = new EvaluatedFlags();
  private context: EvaluationContext = {};
  /** Counts contexts; an answer for an earlier one is thrown away. */
  private generation = 0;
  private isStale = false;
  private notBeforeMs = 0;
  private session: Session | undefined;

  /** @throws TypeError when `url` or `apiKey` is missing. */
  constructor(private readonly options: SortitionWebProviderOptions) {
    for (const name of ['url', 'apiKey'] as const) {
      if (!options[name]) throw new TypeError(`The option ${name} is missing.`);
    }
    this.http = new PlatformHttp(options);
  }

  /** Evaluates all flags for the context. Rejects with PROVIDER_FATAL when the API key is refused. */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    this.context = context;
    const generation = ++this.generation;
    this.session ??= this.open();
    const { bootstrap } = this.options;
    if (bootstrap) {
      this.flags.replace({ answer: bootstrap });
      void this.refresh();
      return;
    }
    try {
      await this.load(generation);
    } catch (error) {
      throw isRefused(error) ? new ProviderFatalError(messageOf(error)) : new GeneralError(messageOf(error));
    }
  }

  /** Evaluates all flags for the new context; until it is done, reads are served for the old one. */
  async onContextChange(_before: EvaluationContext, context: EvaluationContext): Promise<void> {
    this.context = context;
    const generation = ++this.generation;
    try {
      await this.load(generation);
    } catch (error) {
      if (generation === this.generation) throw new GeneralError(messageOf(error));
    }
  }

  /** Sends what is waiting within a bound. Idempotent; the provider may be used again. */
  async onClose(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    this.generation += 1;
    session?.stop();
    await session?.queue.close(CLOSE_TIMEOUT_MS);
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
      ? { ...answer, errorMessage: answer.errorDetails }
      : { errorCode: 'FLAG_NOT_FOUND', errorMessage: `There is no flag "${flagKey}".` };
    const details = resolutionOf(flagKey, outcome, type, defaultValue, metadata);
    if (answer && details.errorCode === undefined) this.session?.recorder.expose(flagKey, assignedDecision(answer));
    return details;
  }

  /** Fetches and takes the answers unless the context has changed meanwhile. Returns the flags that changed. */
  private async load(generation: number): Promise<string[]> {
    const answer = await this.http.evaluateAll(this.context, this.flags.etag);
    return answer && generation === this.generation ? this.flags.replace(answer) : [];
  }

  /** Looks for changes under the same context. */
  private async refresh(): Promise<void> {
    const { generation } = this;
    if (Date.now() < this.notBeforeMs) return;
    try {
      const flagsChanged = await this.load(generation);
      if (generation !== this.generation) return;
      if (this.isStale) this.events.emit(ProviderEvents.Ready);
      this.isStale = false;
      if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
    } catch (error) {
      if (error instanceof HttpFailure) this.notBeforeMs = Date.now() + error.retryAfterMs;
      if (generation !== this.generation || this.isStale) return;
      this.isStale = true;
      this.events.emit(ProviderEvents.Stale, { message: messageOf(error) });
    }
  }

  private open(): Session {
    const { pollIntervalMs = 0, ignoreVisibility = false, unitAttributes, flushIntervalMs = 1_000 } = this.options;
    const settings = { ...DEFAULT_EVENT_QUEUE, capacity: CAPACITY, batchSize: BATCH_SIZE, flushIntervalMs };
    const queue = new EventQueue(this.http.sendEvents, settings);
    const recorder = new EventRecorder(queue, RECENT_EXPOSURES, unitAttributes);
    const refresh = (): void => void this.refresh();
    const poll = pollIntervalMs > 0 ? setInterval(refresh, pollIntervalMs) : undefined;
    const stopListening = onPageVisibility(
      () => void queue.flushAtOnce(),
      () => {
        if (!ignoreVisibility) refresh();
      },
    );
    const stop = (): void => {
      clearInterval(poll);
      stopListening();
    };
    return { queue, recorder, stop };
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof HttpFailure && (error.status === 401 || error.status === 403);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
