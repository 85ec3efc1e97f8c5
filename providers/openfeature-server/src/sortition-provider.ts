import {
  ErrorCode,
  type EvaluationContext,
  type FlagMetadata,
  GeneralError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import {
  DEFAULT_EVENT_QUEUE,
  EventQueue,
  EventRecorder,
  type FlagValueType,
  resolutionOf,
  unrecordable,
} from '@sortition/openfeature-core';

import { type Bootstrap, bootstrapFlag } from './bootstrap.js';
import { CLOSED_TOO_EARLY } from './connection.js';
import type { Evaluated, Evaluator, EvaluatorEvents, SetMetadata } from './evaluator.js';
import { InProcessEvaluator } from './in-process-evaluator.js';
import { PlatformClient } from './platform-client.js';
import { type ProviderSettings, providerSettings, type SortitionProviderOptions } from './provider-options.js';
import { RemoteEvaluator } from './remote-evaluator.js';
import { sendEventsOver } from './send-events.js';

/** What exists between `initialize` and `onClose`. */
interface Session {
  readonly client: PlatformClient;
  readonly evaluator: Evaluator;
  readonly queue: EventQueue;
  readonly recorder: EventRecorder;
}

const NOT_INITIALIZED: Evaluated = {
  decision: { errorCode: 'PROVIDER_NOT_READY', errorMessage: 'The provider is not initialized.' },
  setMetadata: {},
};

const NO_CONTEXT: EvaluationContext = {};

/** Serves OpenFeature evaluations from Sortition, records exposures when values are read, and takes tracked events. */
export class SortitionProvider implements Provider {
  readonly metadata = { name: 'sortition' } as const;
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  private readonly settings: ProviderSettings;
  /** Whether the targeting key itself is private, and then named in no metadata. */
  private readonly hasPrivateKey: boolean;
  private session: Session | undefined;
  private closing: Promise<void> | undefined;
  /** How often it was closed, by which a start notices that it has been closed meanwhile. */
  private closes = 0;

  /** @throws TypeError naming the option that is missing or malformed. */
  constructor(options: SortitionProviderOptions) {
    this.settings = providerSettings(options);
    this.hasPrivateKey = this.settings.isPrivate('targetingKey');
  }

  /**
   * Connects. Rejects with PROVIDER_FATAL when the API key is refused, and with GENERAL when the platform does not
   * answer in time; then attempts go on, and READY follows when one succeeds. Rejects with GENERAL as well when it is
   * closed before it is ready.
   */
  async initialize(): Promise<void> {
    const { closes } = this;
    await this.closing;
    if (closes !== this.closes) throw new GeneralError(CLOSED_TOO_EARLY);
    const session = (this.session ??= this.open());
    try {
      await session.evaluator.start();
    } catch (error) {
      if (error instanceof ProviderFatalError && this.session === session) await this.onClose();
      throw error;
    }
  }

  /** Sends what is waiting within the bound and closes the connection. Idempotent; the provider may be used again. */
  onClose(): Promise<void> {
    this.closes += 1;
    const { session } = this;
    if (!session) return this.closing ?? Promise.resolve();
    this.session = undefined;
    const { closeTimeoutMs } = this.settings;
    const closed = Promise.all([
      within(closeTimeoutMs, session.evaluator.close()),
      session.queue.close(closeTimeoutMs),
    ]);
    this.closing = closed
      .then(() => undefined)
      .finally(() => {
        session.client.close();
        this.closing = undefined;
      });
    return this.closing;
  }

  async resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.resolve(flagKey, 'boolean', defaultValue, context);
  }

  async resolveStringEvaluation(
    flagKey: string,
    defaultValue: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.resolve(flagKey, 'string', defaultValue, context);
  }

  async resolveNumberEvaluation(
    flagKey: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.resolve(flagKey, 'number', defaultValue, context);
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    return this.resolve(flagKey, 'object', defaultValue, context);
  }

  /**
   * What a page starts with: all flags that are marked for clients, evaluated for its user, for the option `bootstrap` of
   * the web provider. Only `in-process`. No exposure is recorded: the page records it when it reads the value.
   *
   * @throws GeneralError when the provider is not in-process or not ready.
   */
  async bootstrap(context: EvaluationContext): Promise<Bootstrap> {
    const evaluator = this.session?.evaluator;
    const visible = evaluator?.clientFlags?.();
    if (!evaluator || !visible) throw new GeneralError('A bootstrap needs a provider that is ready and in-process.');
    const { isPrivate } = this.settings;
    const flags = visible.keys.map(async (key) =>
      bootstrapFlag(key, await evaluator.evaluate(key, context), isPrivate),
    );
    return { flags: await Promise.all(flags), metadata: metadataOf(visible.setMetadata, NO_CONTEXT) };
  }

  /**
   * Records an event for the units of the context. Never blocks; sent with the next batch. What cannot be recorded is told
   * to `onEventsLost`.
   */
  track(trackingEventName: string, context: EvaluationContext, details: TrackingEventDetails): void {
    if (this.session) this.session.recorder.track(trackingEventName, context, details);
    else this.settings.onEventsLost('unsent', 1, `the provider is not open for track("${trackingEventName}")`);
  }

  private resolve<T>(
    flagKey: string,
    type: FlagValueType,
    defaultValue: T,
    context: EvaluationContext,
  ): ResolutionDetails<T> | Promise<ResolutionDetails<T>> {
    const { session } = this;
    const complete = ({ decision, setMetadata }: Evaluated): ResolutionDetails<T> => {
      const { evaluatedBy } = setMetadata;
      const inProcess = metadataOf(setMetadata, this.hasPrivateKey ? NO_CONTEXT : context);
      const metadata = evaluatedBy === undefined ? inProcess : { ...inProcess, evaluatedBy };
      const details = resolutionOf(flagKey, decision, type, defaultValue, metadata);
      if (details.errorCode === undefined) session?.recorder.expose(flagKey, decision);
      return details;
    };
    const evaluated = session ? session.evaluator.evaluate(flagKey, context) : NOT_INITIALIZED;
    return evaluated instanceof Promise ? evaluated.then(complete) : complete(evaluated);
  }

  private open(): Session {
    const { settings } = this;
    const client = new PlatformClient(settings);
    const {
      eventCapacity: capacity,
      flushIntervalMs,
      onEventsLost,
      recentExposures,
      unitAttributes,
      isPrivate,
    } = settings;
    const send = sendEventsOver(client, onEventsLost);
    const bounds = { ...DEFAULT_EVENT_QUEUE, capacity, flushIntervalMs };
    const queue = new EventQueue(send, { ...bounds, onDropped: onEventsLost });
    const recorder = new EventRecorder(queue, recentExposures, unitAttributes, isPrivate, unrecordable);
    const events = this.emitting(recorder);
    const evaluator =
      settings.mode === 'remote'
        ? new RemoteEvaluator(client, settings, events)
        : new InProcessEvaluator(client, settings, events);
    return { client, evaluator, queue, recorder };
  }

  /**
   * The one place that emits events. READY and ERROR of `initialize` are the SDK's to emit; here are only those that
   * happen later.
   */
  private emitting(recorder: EventRecorder): EvaluatorEvents {
    return {
      stale: (message) => this.events.emit(ProviderEvents.Stale, { message }),
      recovered: () => this.events.emit(ProviderEvents.Ready),
      failed: (message) => this.events.emit(ProviderEvents.Error, { message, errorCode: ErrorCode.GENERAL }),
      changed: (change) =>
        this.events.emit(ProviderEvents.ConfigurationChanged, change === 'any' ? {} : { flagsChanged: [...change] }),
      unitAttributes: (paths) => {
        for (const path of paths) recorder.knowUnitAttribute(path);
      },
    };
  }
}

/** Written out field by field: every evaluation passes here, and spreading costs ten times as much. */
function metadataOf({ flagSetId, version }: SetMetadata, { targetingKey: contextId }: EvaluationContext): FlagMetadata {
  if (flagSetId === undefined || version === undefined) {
    return { ...(version !== undefined && { version }), ...(contextId !== undefined && { contextId }) };
  }
  return contextId === undefined ? { flagSetId, version } : { flagSetId, version, contextId };
}

/** Waits for work that never rejects, and no longer than the limit. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, expired]);
  clearTimeout(timer);
}
