import type { BulkAnswer } from '../bulk-answer.js';

/** A request that arrived. */
export interface Received {
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly keepalive: boolean;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Stands in for the network: answers bulk evaluations by the context and takes events, and does what a test says. */
export class ScriptedFetch {
  readonly received: Received[] = [];
  /** What the context evaluates to. */
  answer: (context: Record<string, unknown>) => BulkAnswer = () => ({ flags: [] });
  /** Answers of the next requests by path, instead. */
  readonly script = new Map<string, (Reply | 'unreachable')[]>();
  /** Requests are answered when this resolves. */
  gate: Promise<void> = Promise.resolve();

  readonly fetch: typeof fetch = async (url, init = {}) => {
    const { pathname: path, search: query } = new URL(url);
    const body: unknown = JSON.parse(init.body as string);
    const headers = new Headers(init.headers);
    this.received.push({ path, query, headers, body, keepalive: init.keepalive ?? false });
    const scripted = this.script.get(path)?.shift();
    await Promise.race([this.gate, aborted(init.signal)]);
    if (scripted === 'unreachable') throw new TypeError('fetch failed');
    return scripted ? responseOf(scripted) : this.reply(path, headers, body);
  };

  /** Requests of a path. */
  at(path: string): readonly Received[] {
    return this.received.filter((request) => request.path === path);
  }

  /** Payloads of all events that arrived. */
  get events(): readonly Record<string, unknown>[] {
    return this.at('/v1/events').flatMap(({ body }) => (body as { events: Record<string, unknown>[] }).events);
  }

  private reply(path: string, headers: Headers, body: unknown): Response {
    if (path === '/v1/events') return responseOf({ status: 200, body: { results: [] } });
    const { context } = body as { context: Record<string, unknown> };
    const answer = this.answer(context);
    const etag = `"${JSON.stringify([context, answer]).replaceAll('"', '')}"`;
    if (headers.get('Sortition-If-None-Match') === etag) return responseOf({ status: 304 });
    return responseOf({ status: 200, body: answer, headers: { ETag: etag } });
  }
}

/** Rejects when the request is given up. */
function aborted(signal?: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(new DOMException('aborted', 'AbortError'));
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp);
  });
}

function responseOf({ status, body, headers = {} }: Reply): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}
