import type { EvaluationContext } from '@openfeature/web-sdk';
import { type OutgoingEvent, type SendEvents, toJson } from '@sortition/openfeature-core';

import type { BulkAnswer } from './bulk-answer.js';
import type { ChangeHint } from './change-stream.js';
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

/** An answer and what names it. */
export interface TaggedAnswer {
  readonly answer: BulkAnswer;
  readonly etag?: string | null | undefined;
}

/** Bodies up to this many characters are sent in a way that outlives the page; browsers allow 64 KiB for all together. */
const MAX_KEEPALIVE_CHARACTERS = 20_000;

const MAX_RETRY_AFTER_MS = 86_400_000;

/** The platform's HTTP endpoints that a client uses. */
export class PlatformHttp {
  constructor(private readonly options: SortitionWebProviderOptions) {}

  /**
   * Evaluates all flags for a context.
   *
   * @param etag of the answer at hand, if it has any; undefined is returned when it is still the answer.
   * @param signal gives up.
   * @param hint names the change that is looked for.
   * @throws HttpFailure.
   */
  async evaluateAll(
    context: EvaluationContext,
    etag: string | null | undefined,
    signal: AbortSignal,
    hint: ChangeHint = {},
  ): Promise<TaggedAnswer | undefined> {
    const headers = etag ? { 'If-None-Match': etag } : {};
    const body = JSON.stringify({ context: toJson(context) });
    return this.#post(`/ofrep/v1/evaluate/flags${queryOf(hint)}`, body, { headers, signal }, async (response) => {
      if (response.status === 304) return undefined;
      if (!response.ok) throw await failureOf(response);
      return { answer: (await response.json()) as BulkAnswer, etag: response.headers.get('ETag') };
    });
  }

  /** Sends events, in a way that outlives the page when the body is small. */
  readonly sendEvents: SendEvents = async (events, signal) => {
    const body = JSON.stringify({ events: events.map(jsonOf), sentAt: new Date() });
    const keepalive = body.length <= MAX_KEEPALIVE_CHARACTERS;
    try {
      const status = await this.#post('/v1/events', body, { signal, keepalive }, (response) => response.status);
      if (status === 413) return 'too-large';
      return status === 408 || status === 429 || status >= 500 ? 'retry' : 'done';
    } catch {
      return 'retry';
    }
  };

  /** @param read takes what is needed from the response, within the time that the request has. */
  async #post<T>(
    path: string,
    body: string,
    init: { readonly headers?: Record<string, string>; readonly signal: AbortSignal; readonly keepalive?: boolean },
    read: (response: Response) => T | Promise<T>,
  ): Promise<T> {
    const { url, apiKey, timeoutMs = 10_000, fetch: send = fetch } = this.options;
    const timeout = new AbortController();
    const abort = (): void => timeout.abort();
    const timer = setTimeout(abort, timeoutMs);
    init.signal.addEventListener('abort', abort);
    if (init.signal.aborted) abort();
    try {
      const response = await send(url.replace(/\/+$/, '') + path, {
        ...init,
        method: 'POST',
        headers: { ...init.headers, 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
        body,
        signal: timeout.signal,
      });
      return await read(response);
    } catch (error) {
      throw asFailure(error);
    } finally {
      clearTimeout(timer);
      init.signal.removeEventListener('abort', abort);
    }
  }
}

/** The failure that an error is; any other than a failure means that nothing usable was answered. */
export function asFailure(error: unknown): HttpFailure {
  return error instanceof HttpFailure ? error : new HttpFailure(`No answer: ${String(error)}`);
}

function queryOf({ etag, lastModified }: ChangeHint): string {
  const named = toJson({ flagConfigEtag: etag, flagConfigLastModified: lastModified });
  const query = String(new URLSearchParams(named as Record<string, string>));
  return query && `?${query}`;
}

async function failureOf(response: Response): Promise<HttpFailure> {
  const details = await response.json().then(
    (body) => (body as { readonly errorDetails?: string }).errorDetails,
    () => undefined,
  );
  const { status } = response;
  const retryAfter = response.headers.get('Retry-After') ?? '';
  const seconds = Number(retryAfter);
  const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1_000;
  return new HttpFailure(
    details ?? `The platform answered ${String(status)}.`,
    status,
    waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : 0,
  );
}

function jsonOf({ id, time, payload: { kind: _, ...content } }: OutgoingEvent): object {
  return { id, time, ...content };
}
