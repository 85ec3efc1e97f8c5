import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { connect as connectTcp } from 'node:net';

import { Client, credentials, Server, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OpenConnections } from '../limits/bound-connections.js';
import { monotonicClock } from '../steady-clocks.js';
import { forwardedPeerInterceptor } from './forwarded-peer.js';
import { type GrpcListener, listenForGrpc } from './grpc-listener.js';
import { RequestArrival } from './request-arrival.js';

const TIMEOUT_MS = 300;
const MAX_PER_ADDRESS = 3;

const identity = (bytes: Buffer): Buffer => bytes;
const method = (name: string, requestStream = false) => ({
  path: `/test.Echo/${name}`,
  requestStream,
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
});
const ECHO = { unary: method('Unary'), collect: method('Collect', true) };

let server: Server;
let arrival: RequestArrival;
let connections: OpenConnections;
let refused: number;
let listener: GrpcListener;
let sessions: ClientHttp2Session[];

beforeEach(async () => {
  refused = 0;
  sessions = [];
  arrival = new RequestArrival(monotonicClock, { timeoutMs: TIMEOUT_MS, checkMs: 20 });
  server = new Server({ interceptors: [arrival.interceptor, forwardedPeerInterceptor(['127.0.0.3', '10.0.0.0/8'])] });
  server.addService(ECHO, {
    unary: (call: ServerUnaryCall<Buffer, Buffer>, callback: (error: null, value: Buffer) => void) => {
      callback(null, call.request.length > 0 ? call.request : Buffer.from(call.getPeer()));
    },
    collect: (
      call: NodeJS.EventEmitter & { resume(): unknown },
      callback: (error: null, value: Buffer) => void,
    ): void => {
      call.on('end', () => {
        callback(null, Buffer.from('collected'));
      });
      call.resume();
    },
  });
  const bounds = { maxConnections: 4, maxPerAddress: MAX_PER_ADDRESS, isProxy: (a: string) => a === '127.0.0.3' };
  connections = new OpenConnections(bounds, () => (refused += 1));
  listener = await listenForGrpc(server, { host: '0.0.0.0', port: 0, connections });
});

afterEach(() => {
  for (const session of sessions) session.destroy();
  listener.stop();
  server.forceShutdown();
  arrival.stop();
});

/** A connection from an address of this machine. @returns undefined when the server closed it. */
async function open(localAddress = '127.0.0.1'): Promise<ClientHttp2Session | undefined> {
  const session = connect(`http://127.0.0.1:${String(listener.port)}`, {
    createConnection: () => connectTcp({ host: '127.0.0.1', port: listener.port, localAddress }),
  });
  session.on('error', () => undefined);
  sessions.push(session);
  const outcome = await Promise.race([
    once(session, 'remoteSettings').then(() => 'open'),
    once(session, 'close').then(() => 'closed'),
  ]);
  return outcome === 'open' ? session : undefined;
}

function begin(
  session: ClientHttp2Session,
  path: string,
  more: Readonly<Record<string, string>> = {},
): ClientHttp2Stream {
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...more };
  const stream = session.request(headers, { endStream: false });
  stream.on('error', () => undefined);
  return stream;
}

/** The peer that a handler sees when it is called from an address of this machine. */
async function peerOf(localAddress: string, forwardedFor: string | undefined): Promise<string> {
  const session = await open(localAddress);
  if (!session) throw new Error('The connection was refused.');
  const stream = begin(session, ECHO.unary.path, forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor });
  stream.end(Buffer.from([0, 0, 0, 0, 0]));
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'close');
  return Buffer.concat(chunks).subarray(5).toString();
}

/** A message of 1,000 bytes, of which one byte comes every few milliseconds. */
async function trickled(path: string, forMs: number): Promise<{ readonly status: number; readonly isCut: boolean }> {
  const session = await open();
  if (!session) throw new Error('The connection was refused.');
  const stream = begin(session, path);
  let code = -1;
  stream.on('response', (headers) => (code = Number(headers['grpc-status'] ?? -1)));
  stream.resume();
  stream.write(Buffer.from([0, 0, 0, 3, 232]));
  const trickle = setInterval(() => stream.write('x'), 20);
  const closed = once(stream, 'close').then(() => true);
  const waited = new Promise<boolean>((resolve) =>
    setTimeout(() => {
      resolve(false);
    }, forMs),
  );
  const isCut = await Promise.race([closed, waited]);
  clearInterval(trickle);
  if (isCut) expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  return { status: code, isCut };
}

describe('the port of gRPC', () => {
  it('answers calls', async () => {
    const client = new Client(`127.0.0.1:${String(listener.port)}`, credentials.createInsecure());
    const answer = await new Promise<Buffer | undefined>((resolve, reject) =>
      client.makeUnaryRequest(ECHO.unary.path, identity, identity, Buffer.from('hello'), (error, value) => {
        if (error) reject(error);
        else resolve(value);
      }),
    );
    client.close();

    expect(answer?.toString()).toBe('hello');
  });

  it.each([
    ['that of the connection, without a proxy', '127.0.0.2', undefined, /^127\.0\.0\.2:\d+$/],
    ['that of the connection, whatever a caller claims', '127.0.0.2', '203.0.113.9', /^127\.0\.0\.2:\d+$/],
    ['what a trusted proxy tells', '127.0.0.3', '203.0.113.9', /^203\.0\.113\.9$/],
    ['what the last trusted proxy saw', '127.0.0.3', '198.51.100.1, 203.0.113.9, 10.1.2.3', /^203\.0\.113\.9$/],
    ['that of the connection, from a proxy that tells nothing', '127.0.0.3', undefined, /^127\.0\.0\.3:\d+$/],
  ])('takes for the address of a caller %s', async (_title, from, forwardedFor, address) => {
    expect(await peerOf(from, forwardedFor)).toMatch(address);
  });

  it('holds so many connections of one address, and takes another when one has ended', async () => {
    const held = [await open(), await open(), await open()];

    expect(held).not.toContain(undefined);
    expect(await open()).toBeUndefined();
    expect([connections.count, refused]).toEqual([MAX_PER_ADDRESS, 1]);
    expect(await open('127.0.0.2')).toBeDefined();

    held[0]?.close();
    while (connections.count > MAX_PER_ADDRESS) await new Promise(setImmediate);
    expect(await open()).toBeDefined();
  });

  it('holds so many connections in all, those of trusted proxies among them, which have no limit of their own', async () => {
    const proxied = [
      await open('127.0.0.3'),
      await open('127.0.0.3'),
      await open('127.0.0.3'),
      await open('127.0.0.3'),
    ];

    expect(proxied).not.toContain(undefined);
    expect(await open('127.0.0.2')).toBeUndefined();
    expect(await open('127.0.0.3')).toBeUndefined();
  });

  it('cuts a call whose request trickles at the timeout, however steadily it does', async () => {
    const startedMs = performance.now();

    expect(await trickled(ECHO.unary.path, 5_000)).toEqual({ status: status.DEADLINE_EXCEEDED, isCut: true });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 20);
  });

  it('leaves a stream of requests to its own limit', async () => {
    expect(await trickled(ECHO.collect.path, TIMEOUT_MS * 2)).toEqual({ status: -1, isCut: false });
  });
});
