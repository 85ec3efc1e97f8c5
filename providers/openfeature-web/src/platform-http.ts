import type { EvaluationContext } from '@openfeature/web-sdk';
import { type OutgoingEvent, type SendEvents, toJson } from '@sortition/openfeature-core';

import { beacon } from './beacon.js';
import type { TaggedAnswer } from './bulk-answer.js';
import type { ChangeHint } from './change-stream.js';
import { type OnEventsLost, type PublishedEvents, tellLost, warnOfLost } from './events-lost.js';
import { keepaliveBudget, utf8Bytes } from './keepalive-budget.js';
import type { SortitionWebProviderOptions } from './provider-options.js';

/** The platform refused or did not answer. */
export class HttpFailure extends Error {
  /** @param status 0 when nothing was answered. */
  constructor(
    message: string,
    readonly status = 0,
    /** Milliseconds to wait before another try, at most a day. */
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }

  /** Whether the key was refused. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** What the platform says when it refuses evaluations, or events. */
interface Refusal {
  readonly errorDetails?: string;
  readonly error?: { readonly message?: string };
}

const MAX_RETRY_AFTER_MS = 86_400_000;

/** The platform's HTTP endpoints that a client uses. */
export class PlatformHttp {
  readonly onEventsLost: OnEventsLost;

  readonly #options: SortitionWebProviderOptions;
  readonly #base: string;

  constructor(options: SortitionWebProviderOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
    this.onEventsLost = options.onEventsLost ?? warnOfLost;
  }

  /**
   * Evaluates all flags for a context.
   *
   * @param etag of the answer at hand, if it has any; undefined is returned when it is still the answer.
   * @param signal gives up.
   * @param hint names the state that is looked for.
   * @throws HttpFailure.
   */
  evaluateAll(
    context: EvaluationContext,
    etag: string | null | undefined,
    signal: AbortSignal,
    { etag: state }: ChangeHint = {},
  ): Promise<TaggedAnswer | undefined> {
    const body = JSON.stringify({ context: toJson(context) });
    // Browsers ask for leave anew for each address, and for each request with `If-None-Match`, but once for these.
    const headers = {
      ...(etag && { 'Sortition-If-None-Match': etag }),
      ...(state && { 'Sortition-Flag-Config-Etag': state }),
    };
    return this.#post('/ofrep/v1/evaluate/flags', body, { signal, headers });
  }

  /** Sends events, in a way that outlives the page as far as browsers allow, and tells of those that are lost. */
  readonly sendEvents: SendEvents = async (events, signal) => {
    const batch = { events: events.map(jsonOf), sentAt: new Date() };
    const isSent = beacon(`${this.#base}/v1/beacon`, { ...batch, apiKey: this.#options.apiKey });
    if (isSent !== undefined) return isSent ? 'done' : 'retry';
    const body = JSON.stringify(batch);
    const bytes = utf8Bytes(body);
    const keepalive = bytes <= keepaliveBudget.freeBytes;
    if (keepalive) keepaliveBudget.freeBytes -= bytes;
    try {
      const taken = await this.#post<PublishedEvents>('/v1/events', body, { signal, keepalive });
      if (taken) tellLost(taken.answer, this.onEventsLost);
    } catch (error) {
      const { status, message } = asFailure(error);
      if (status === 413) return 'too-large';
      if (status < 400 || status === 408 || status === 429 || status >= 500) return 'retry';
      this.onEventsLost('refused', events.length, message);
    } finally {
      if (keepalive) keepaliveBudget.freeBytes += bytes;
    }
    return 'done';
  };

  /** Returns undefined when nothing has changed. */
  async #post<Answer>(
    path: string,
    body: string,
    init: { readonly headers?: Record<string, string>; readonly signal: AbortSignal; readonly keepalive?: boolean },
  ): Promise<TaggedAnswer<Answer> | undefined> {
    const { apiKey, timeoutMs = 10_000, fetch: send = fetch } = this.#options;
    const giveUp = new AbortController();
    const abort = (): void => giveUp.abort(init.signal.reason);
    const timer = setTimeout(() => giveUp.abort(`No answer within ${String(timeoutMs)} ms.`), timeoutMs);
    init.signal.addEventListener('abort', abort);
    if (init.signal.aborted) abort();
    try {
      const response = await send(this.#base + path, {
        ...init,
        method: 'POST',
        headers: { ...init.headers, 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
        body,
        signal: giveUp.signal,
      });
      if (response.status === 304) return undefined;
      if (!response.ok) throw await failureOf(response);
      return { answer: (await response.json()) as Answer, etag: response.headers.get('ETag') };
    } catch (error) {
      throw asFailure(giveUp.signal.aborted ? giveUp.signal.reason : error);
    } finally {
      clearTimeout(timer);
      init.signal.removeEventListener('abort', abort);
    }
  }
}

/** The failure that an error is: a reason to give up, or else that nothing usable was answered. */
export function asFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  return new HttpFailure(typeof error === 'string' ? error : `No answer: ${String(error)}`);
}

/** What an event adds to a batch, in bytes. */
export function sizeOf(event: OutgoingEvent): number {
  return utf8Bytes(JSON.stringify(jsonOf(event))) + 1;
}

function jsonOf({ id, time, payload: { kind: _, ...content } }: OutgoingEvent): object {
  return { id, time, ...content };
}

async function failureOf(response: Response): Promise<HttpFailure> {
  const { errorDetails, error } = (await response.json().catch(() => ({}))) as Refusal;
  const { status } = response;
  const retryAfter = response.headers.get('Retry-After') ?? '';
  // Seconds, or a date.
  const waitMs = Number(retryAfter) * 1_000 || Date.parse(retryAfter) - Date.now();
  return new HttpFailure(
    errorDetails ?? error?.message ?? `The platform answered ${String(status)}.`,
    status,
    waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : 0,
  );
}
