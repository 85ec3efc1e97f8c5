import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { AllowedAddresses } from './allowed-addresses.js';
import { EgressRefused, postMessage } from './post-message.js';

const LOOPBACK = new AllowedAddresses(['127.0.0.1', '::1']);
const NONE = new AllowedAddresses([]);

let servers: Server[] = [];

async function receiver(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

function post(url: string, addresses = LOOPBACK, deadlineMs = 5_000): Promise<number> {
  return postMessage(
    { url, headers: { 'x-test': 'yes' }, body: '{"a":"ä"}' },
    { addresses, deadlineMs, answerBytes: 16_384 },
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

describe('a message to a receiver', () => {
  it('arrives with its headers and its body', async () => {
    const got: string[] = [];
    const port = await receiver((request, response) => {
      void bodyOf(request).then((body) => {
        got.push(`${String(request.method)} ${String(request.headers['x-test'])} ${body}`);
        response.writeHead(204).end();
      });
    });

    await expect(post(`http://127.0.0.1:${String(port)}/hook`)).resolves.toBe(204);
    expect(got).toEqual(['POST yes {"a":"ä"}']);
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://0x7f000001:PORT/',
    'http://2130706433:PORT/',
    'http://017700000001:PORT/',
    'http://127.1:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::1]:PORT/',
    'http://0:PORT/',
    'http://①②⑦.0.0.1:PORT/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://[64:ff9b::7f00:1]/',
  ])('is not sent to %s, which is not public', async (url) => {
    let requests = 0;
    const port = await receiver((_request, response) => {
      requests += 1;
      response.end();
    });

    await expect(post(url.replace('PORT', String(port)), NONE)).rejects.toThrow(EgressRefused);
    expect(requests).toBe(0);
  });

  it('is not sent where the look-up of one name leads to a public and to another address', async () => {
    // "localhost" leads to 127.0.0.1 and to ::1 on most machines; only one of them is allowed here.
    const onlyOne = new AllowedAddresses(['192.0.2.1']);

    await expect(post('http://localhost:9/', onlyOne)).rejects.toThrow(/is not public/);
  });

  it('is not sent without TLS unless the operator allows the address', async () => {
    await expect(post('http://93.184.216.34/', NONE)).rejects.toThrow(/without TLS/);
  });

  it('does not follow a redirection', async () => {
    const paths: string[] = [];
    const port = await receiver((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });

    await expect(post(`http://127.0.0.1:${String(port)}/hook`)).resolves.toBe(307);
    expect(paths).toEqual(['/hook']);
  });

  it('is not waited for beyond its deadline, however slowly the answer comes', async () => {
    const port = await receiver(() => undefined);
    const started = performance.now();

    await expect(post(`http://127.0.0.1:${String(port)}/`, LOOPBACK, 200)).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  it('reads no more of an answer than it needs', async () => {
    let written = 0;
    const port = await receiver((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        written += 65_536;
        response.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    });

    await expect(post(`http://127.0.0.1:${String(port)}/`)).resolves.toBe(200);
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it('refuses headers without end', async () => {
    const port = await receiver((_request, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end();
    });

    await expect(post(`http://127.0.0.1:${String(port)}/`)).rejects.toThrow();
  });
});
