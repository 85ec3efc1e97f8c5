import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FixedStreamTokens } from '../../testing/fixed-stream-tokens.js';
import type { InMemorySnapshotFeed } from '../../testing/in-memory-snapshot-feed.js';
import { runAssignment, type RunningAssignment } from '../../testing/running-assignment.js';
import { banner, ENVIRONMENT_ID, limit, shopFeed, shopKeys } from '../../testing/shop-snapshot.js';

const NOW = Date.parse('2026-03-01T12:30:00Z');

let feed: InMemorySnapshotFeed;
let tokens: FixedStreamTokens;
let running: RunningAssignment;
let readers: EventReader[];

/** Reads an event stream block by block. */
class EventReader {
  private text = '';

  private constructor(
    readonly response: Response,
    private readonly body: AsyncIterator<Uint8Array> | undefined,
    private readonly abort: AbortController,
  ) {}

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    const reader = new EventReader(response, response.body?.[Symbol.asyncIterator](), abort);
    readers.push(reader);
    return reader;
  }

  /** The next block; undefined when the stream has ended. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        return block;
      }
      const chunk = await this.body?.next();
      if (!chunk || chunk.done === true) return undefined;
      this.text += Buffer.from(chunk.value).toString();
    }
  }

  /** The next message as its id and type, past retry times and heartbeats. */
  async nextMessage(): Promise<string | undefined> {
    for (let block = await this.next(); block !== undefined; block = await this.next()) {
      const id = /^id: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (id !== undefined && data !== undefined) return `${id} ${(JSON.parse(data) as { type: string }).type}`;
    }
    return undefined;
  }

  close(): void {
    this.abort.abort();
  }
}

interface Offer {
  readonly endpoint: { readonly requestUri: string };
}

async function bulk(
  credential = 'client',
  query = '',
  headers: Record<string, string> = {},
): Promise<{ etag: string | null; version: string; url: string }> {
  const response = await fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${query}`, {
    method: 'POST',
    headers: { ...headers, Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
    body: '{"context":{"targetingKey":"u"}}',
  });
  const body = (await response.json()) as { eventStreams: readonly Offer[]; metadata: { version: string } };
  const [offer] = body.eventStreams;
  return {
    etag: response.headers.get('ETag'),
    version: body.metadata.version,
    url: `${running.httpUrl}${offer?.endpoint.requestUri ?? ''}`,
  };
}

const clock = { time: NOW };

beforeEach(async () => {
  clock.time = NOW;
  readers = [];
  feed = shopFeed();
  const authenticator = shopKeys();
  tokens = new FixedStreamTokens(authenticator, () => clock.time);
  running = await runAssignment({ feed, authenticator, streamTokens: tokens, now: () => clock.time });
});

afterEach(async () => {
  for (const reader of readers) reader.close();
  await running.close();
});

function publish(enabled: boolean): void {
  feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, enabled }, limit]);
}

describe('the event stream of OFREP', () => {
  it('is offered with every bulk evaluation, by a URL without an API key in it', async () => {
    const { url } = await bulk();

    const stream = await EventReader.open(url);

    expect(url).toMatch(/\/ofrep\/v1\/event-stream\?token=/);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('Cache-Control')).toContain('no-store');
    expect(await stream.next()).toMatch(/^retry: \d+$/);
    expect(await stream.next()).toBe('event: heartbeat\ndata: 3600');
  });

  it('says when to evaluate again, and not what has changed', async () => {
    const stream = await EventReader.open((await bulk()).url);
    await stream.nextMessage();
    publish(false);

    let block = await stream.next();
    while (block?.startsWith('id: 2-') === false) block = await stream.next();

    expect(block).toMatch(
      /^id: 2-[0-9a-f]{8}\nevent: message\ndata: \{"type":"refetchEvaluation","etag":"2-[0-9a-f]{8}","revision":2\}$/,
    );
  });

  it('asks a client that may have evaluated before a change to do so again', async () => {
    const early = await (await EventReader.open((await bulk()).url)).nextMessage();
    clock.time += 2 * 3_600_000;
    const soonest = await (await EventReader.open((await bulk()).url)).nextMessage();
    clock.time += 1;
    const late = await (await EventReader.open((await bulk()).url)).nextMessage();

    expect([early, soonest]).toEqual(Array(2).fill(expect.stringMatching(/^1-\w+ refetchEvaluation$/)));
    expect(late).toMatch(/^1-\w+ connected$/);
  });

  it('tells a client that names the revision it evaluated whether that is the newest', async () => {
    const { url, version } = await bulk();
    const upToDate = await (await EventReader.open(`${url}&revision=${version}`)).nextMessage();
    publish(false);
    const behind = await (await EventReader.open(`${url}&revision=${version}`)).nextMessage();

    expect(upToDate).toMatch(/^1-\w+ connected$/);
    expect(behind).toMatch(/^2-\w+ refetchEvaluation$/);
  });

  it('begins with what was committed before it was opened, though no notice came', async () => {
    const { url, version } = await bulk();
    const first = await EventReader.open(`${url}&revision=${version}`);
    await first.nextMessage();
    feed.isSilent = true;
    publish(false);

    const message = await (await EventReader.open(`${url}&revision=${version}`)).nextMessage();

    expect(message).toMatch(/^2-\w+ refetchEvaluation$/);
  });

  it('resumes from the last event: nothing for who missed nothing, one message for who missed any', async () => {
    const { url } = await bulk();
    const first = await EventReader.open(url);
    const [id] = ((await first.nextMessage()) ?? '').split(' ');
    first.close();

    const upToDate = await (await EventReader.open(url, { 'Last-Event-ID': id ?? '' })).nextMessage();
    publish(false);
    publish(true);
    publish(false);
    const behind = await (await EventReader.open(url, { 'Last-Event-ID': id ?? '' })).nextMessage();

    expect(upToDate).toMatch(/^1-\w+ connected$/);
    expect(behind).toMatch(/^4-\w+ refetchEvaluation$/);
  });

  it('looks for the state that a client heard of at another process', async () => {
    const { url } = await bulk();
    feed.isSilent = true;
    publish(false);

    const message = await (await EventReader.open(url, { 'Last-Event-ID': '2-00000000' })).nextMessage();

    expect(message).toMatch(/^2-\w+ refetchEvaluation$/);
  });

  it.each([
    ['query', '?flagConfigEtag=2-00000000&flagConfigLastModified=1771622898', {}],
    ['header', '', { 'Sortition-Flag-Config-Etag': '2-00000000' }],
  ])(
    'answers an evaluation that a message caused, named in a %s, from a state at least as new',
    async (_, query, headers) => {
      await bulk();
      feed.isSilent = true;
      publish(false);

      const unaware = await bulk('client');
      const caused = await bulk('client', query, headers);

      expect([unaware.version, caused.version]).toEqual(['1', '2']);
    },
  );

  it('shares one message among changes that come fast', async () => {
    const stream = await EventReader.open((await bulk()).url);
    await stream.nextMessage();
    for (let change = 0; change < 50; change++) publish(change % 2 === 0);

    const seen: (string | undefined)[] = [];
    do seen.push(await stream.nextMessage());
    while (seen.at(-1)?.startsWith('51-') === false);

    expect(seen.length).toBeLessThanOrEqual(3);
  });

  it('offers the same stream, and so the same entity tag, for a while, and a fresh token later', async () => {
    const now = await bulk();
    clock.time += 29 * 60_000;
    const soon = await bulk();
    clock.time += 2 * 60_000;
    const later = await bulk();

    expect(soon).toEqual(now);
    expect(later.url).not.toBe(now.url);
    expect(later.etag).not.toBe(now.etag);
  });

  it.each([
    ['no credential', '', 401],
    ['an unknown token', '?token=nonsense~99999999999', 401],
    ['two tokens', '?token=client~99999999999&token=client~99999999999', 401],
    ['an expired token', `?token=client~${String(NOW / 1_000)}`, 401],
    ['a token of an admin key', '?token=admin~99999999999', 403],
  ])('refuses %s', async (_case, query, status) => {
    const response = await fetch(`${running.httpUrl}/ofrep/v1/event-stream${query}`);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errorDetails: expect.any(String) });
  });

  it('also opens with an API key in a header', async () => {
    const stream = await EventReader.open(`${running.httpUrl}/ofrep/v1/event-stream`, { 'X-API-Key': 'client' });

    expect(stream.response.status).toBe(200);
  });

  it('evaluates nothing by a token', async () => {
    const token = tokens.issue('server', 99_999_999_999);
    const statusWith = async (headers: Record<string, string>, query = ''): Promise<number> =>
      (await fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${query}`, { method: 'POST', headers })).status;

    expect(await statusWith({ Authorization: `Bearer ${token}` })).toBe(401);
    expect(await statusWith({}, `?token=${token}`)).toBe(401);
  });

  it('ends when its key is revoked, and only then', async () => {
    await running.close();
    running = await runAssignment({
      feed,
      authenticator: shopKeys(),
      streamTokens: tokens,
      now: () => clock.time,
      streamBounds: { maxStreams: 10, keyCheckMs: 5 },
    });
    const client = await EventReader.open((await bulk('client')).url);
    const server = await EventReader.open((await bulk('server')).url);
    clock.time += 24 * 3_600_000;
    tokens.revoked.add('client');

    let last = await client.next();
    while (last !== undefined) last = await client.next();
    publish(false);
    let message = await server.nextMessage();
    while (message?.startsWith('1-') === true) message = await server.nextMessage();

    expect(message).toMatch(/^2-\w+ refetchEvaluation$/);
  });

  it('beats while nothing happens', async () => {
    await running.close();
    running = await runAssignment({
      feed,
      authenticator: shopKeys(),
      streamTokens: tokens,
      times: { eventStreamHeartbeatMs: 5 },
    });
    const stream = await EventReader.open(`${running.httpUrl}/ofrep/v1/event-stream`, { 'X-API-Key': 'client' });
    await stream.nextMessage();

    await expect(stream.next()).resolves.toBe('event: heartbeat\ndata: 0.005');
    await expect(stream.next()).resolves.toBe('event: heartbeat\ndata: 0.005');
  });

  it('ends cleanly when the process drains, and opens no new one', async () => {
    const { url } = await bulk();
    const stream = await EventReader.open(url);
    await stream.nextMessage();

    running.drain();
    const refused = await fetch(url);

    await expect(stream.next()).resolves.toBeUndefined();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).toBe('5');
  });

  it('is refused to an organization that holds all it may, with a time to come again', async () => {
    await running.close();
    const streamBounds = { maxStreams: 2, keyCheckMs: 60_000 };
    running = await runAssignment({
      feed,
      authenticator: shopKeys(),
      streamTokens: tokens,
      now: () => NOW,
      streamBounds,
    });
    const stream = await EventReader.open((await bulk('client')).url);

    const refused = await fetch((await bulk('server')).url);

    expect(stream.response.status).toBe(200);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('5');
  });

  it('lets an environment go that nobody listens to any more', async () => {
    const stream = await EventReader.open((await bulk()).url);
    await stream.nextMessage();
    stream.close();

    // The server hears of the end at its own time.
    for (let round = 0; round < 1_000 && running.openEventStreams() > 0; round++) await bulk();

    expect(running.openEventStreams()).toBe(0);
  });
});
