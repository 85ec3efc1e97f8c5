import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { HttpFailure, PlatformHttp } from './platform-http.js';

let server: Server;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((_, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function evaluate(timeoutMs?: number): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const options = { url: `http://127.0.0.1:${String(port)}`, apiKey: 'sor_client_x' };
  const http = new PlatformHttp(timeoutMs === undefined ? options : { ...options, timeoutMs });
  return http.evaluateAll({}, undefined, new AbortController().signal);
}

describe('PlatformHttp', () => {
  it.each([200, 500])('gives up when the body of an answer with %i does not come in time', async (status) => {
    answer = (response) => response.writeHead(status, { 'Content-Type': 'application/json' }).write('{');

    await expect(evaluate(50)).rejects.toBeInstanceOf(HttpFailure);
  });

  it('fails when the answer is no JSON', async () => {
    answer = (response) => response.end('<html>');

    await expect(evaluate()).rejects.toMatchObject({ status: 0, retryAfterMs: 0 });
  });

  it.each([
    ['2', 2_000],
    ['0', 0],
    ['-5', 0],
    ['soon', 0],
    ['', 0],
    [new Date(0).toUTCString(), 0],
    ['31536000', 86_400_000],
  ])('reads the Retry-After "%s"', async (retryAfter, retryAfterMs) => {
    answer = (response) => response.writeHead(429, { 'Retry-After': retryAfter }).end();

    await expect(evaluate()).rejects.toMatchObject({ status: 429, retryAfterMs });
  });
});
