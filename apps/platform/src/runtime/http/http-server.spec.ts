import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';

import { OpenConnections } from '../limits/bound-connections.js';
import { httpAdapter } from './http-server.js';

const REQUEST_TIMEOUT_MS = 400;

let fastify: FastifyInstance;
let port: number;

beforeEach(async () => {
  const adapter = httpAdapter(pino({ level: 'silent' }), {
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    requestCheckMs: 50,
    trustedProxies: ['192.0.2.0/24', 'loopback'],
  });
  fastify = adapter.getInstance();
  fastify.post('/echo', async ({ body }) => body);
  fastify.get('/who', async ({ ip }) => ip);
  new OpenConnections({ maxConnections: 10, maxPerAddress: 3, isProxy: () => false }).watch(fastify.server);
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  port = (fastify.server.address() as AddressInfo).port;
});

afterEach(() => fastify.close());

const opened = async (): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

describe('the HTTP server', () => {
  it('cuts a request whose body trickles at the timeout, however steadily it does', async () => {
    const socket = await opened();
    const answers: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => answers.push(chunk));
    const startedMs = performance.now();
    socket.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n');
    const trickle = setInterval(() => socket.write(' '), 20);

    await once(socket, 'close');
    clearInterval(trickle);

    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(REQUEST_TIMEOUT_MS - 50);
    expect(Buffer.concat(answers).toString()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('holds so many connections from one address, and takes others when one has ended', async () => {
    const sockets = [await opened(), await opened(), await opened()];
    const refused = await opened();
    await once(refused, 'close');

    const ended = once(sockets[0] as Socket, 'close');
    sockets[0]?.destroy();
    await ended;
    let answer: Response | undefined;
    for (let attempt = 0; attempt < 50 && !answer; attempt++) {
      answer = await fetch(`http://127.0.0.1:${String(port)}/who`).catch(() => undefined);
    }

    expect(answer?.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('takes the word of a trusted proxy, and of no other, for who calls', async () => {
    const who = async (forwardedFor: string): Promise<string> => {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/who`, {
        headers: { 'X-Forwarded-For': forwardedFor },
      });
      return answer.text();
    };

    expect(await who('203.0.113.9, 192.0.2.7')).toBe('203.0.113.9');
    expect(await who('203.0.113.9, 198.51.100.1')).toBe('198.51.100.1');
  });
});
