import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adminWebhooks, SERVICES } from '@sortition/contracts';
import { systemClock } from '@sortition/kernel';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { SendWebhooks, type SendingOptions } from '../src/modules/admin/application/webhooks/send-webhooks.js';
import type { Author } from '../src/modules/admin/domain/author.js';
import { PostgresWebhookProgress } from '../src/modules/admin/infra/postgres-webhook-progress.js';
import { AdminUseCases } from '../src/modules/admin/testing/admin-use-cases.js';
import { BUTTON } from '../src/modules/admin/testing/definitions.js';
import {
  openPostgresAdminDatabase,
  type PostgresAdminDatabase,
} from '../src/modules/admin/testing/postgres-admin-database.js';
import { AllowedAddresses } from '../src/runtime/egress/allowed-addresses.js';
import { postMessage } from '../src/runtime/egress/post-message.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${KEY.toString('base64')}`;
const WAIT_MS = 20_000;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks that answers as it is told. */
class Receiver {
  readonly received: Received[] = [];
  status = 204;
  /** How many requests it had at once, at most. */
  mostAtOnce = 0;
  private atOnce = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      receiver.atOnce += 1;
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, receiver.atOnce);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        setTimeout(() => {
          receiver.received.push({ headers: request.headers, body });
          receiver.atOnce -= 1;
          response.writeHead(receiver.status).end();
        }, 5);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/hook`;
  }

  async has(count: number): Promise<void> {
    const until = Date.now() + WAIT_MS;
    while (this.received.length < count) {
      if (Date.now() > until) throw new Error(`Only ${String(this.received.length)} of ${String(count)} arrived.`);
      await sleep(20);
    }
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Verifies a message as the Standard Webhooks specification tells receivers to. */
function verified({ headers, body }: Received): unknown {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name]),
  );
  const expected = createHmac('sha256', KEY)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest('base64');
  expect(signature).toBe(`v1,${expected}`);
  expect(Math.abs(Date.now() / 1_000 - Number(timestamp))).toBeLessThan(60);
  return JSON.parse(body);
}

let postgres: TestPostgres;
let receiver: Receiver;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(async () => {
  await postgres.stop();
});

beforeEach(async () => {
  receiver = await Receiver.start();
});

afterEach(() => {
  receiver.stop();
});

describe('a webhook of a running platform', () => {
  const service = SERVICES['sortition.admin.v1.WebhookService'];
  let running: RunningPlatform;
  let directory: string;
  let key: string | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sortition-secrets-'));
    const secretsFile = join(directory, 'secrets.json');
    running = await runPlatform(await postgres.createDatabase(), { egressNetworks: ['127.0.0.1'], secretsFile });
    const { organization, keys } = running.platform.starter;
    await writeFile(secretsFile, JSON.stringify({ [organization]: { signing: SECRET } }));
    key = keys?.admin;
  });

  afterAll(async () => {
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const create = (id: string, url: string, events: readonly string[]) =>
    call(
      running,
      service.createWebhook,
      adminWebhooks.CreateWebhookRequest.fromPartial({
        parent: 'projects/shop',
        webhookId: id,
        webhook: { url, events: [...events], secret: 'signing', enabled: true },
      }),
      key,
    );

  const createSegment = (segmentId: string) =>
    call(
      running,
      SERVICES['sortition.admin.v1.SegmentService'].createSegment,
      {
        parent: 'projects/shop',
        segmentId,
        requestId: '',
        segment: {
          name: '',
          description: '',
          condition: { attribute: 'country', equals: 'SE' },
          etag: '',
          createTime: undefined,
          updateTime: undefined,
        },
      },
      key,
    );

  it('is told of the changes that it names, signed, and the delivery is listed', async () => {
    expect(await create('chat', receiver.url, ['segments.*'])).toHaveProperty('response');
    await createSegment('swedes');
    await receiver.has(1);

    expect(receiver.received.map(verified)).toMatchObject([
      {
        type: 'configuration.changed',
        data: {
          project: 'projects/shop',
          changes: [{ action: 'segments.create', resource: 'projects/shop/segments/swedes' }],
        },
      },
    ]);
    const until = Date.now() + WAIT_MS;
    let listed;
    do {
      listed = await call(
        running,
        service.listWebhookDeliveries,
        { name: 'projects/shop/webhooks/chat', pageSize: 0, pageToken: '' },
        key,
      );
    } while (!JSON.stringify(listed).includes('"state":2') && Date.now() < until);
    expect(listed).toMatchObject({
      response: {
        webhookDeliveries: [
          { id: receiver.received[0]?.headers['webhook-id'], state: 2, attempts: 1, responseStatus: 204, error: '' },
        ],
      },
    });
  });

  it.each([
    ['a URL of another kind', 'file:///etc/passwd', ['*'], 'webhook.url'],
    ['a URL with credentials', 'https://a:b@example.com/', ['*'], 'webhook.url'],
    ['no events', 'https://example.com/', [], 'webhook.events'],
    ['an event that is none', 'https://example.com/', ['flags'], 'webhook.events[0]'],
  ])('is refused with %s', async (_what, url, events, field) => {
    expect(await create('wrong', url, events)).toMatchObject({ reason: 'INVALID_CONFIGURATION', fields: [field] });
  });
});

describe('messages in the outbox', () => {
  let opened: PostgresAdminDatabase;
  let admin: AdminUseCases;
  let author: Author;

  beforeAll(async () => {
    opened = await openPostgresAdminDatabase(postgres);
    admin = new AdminUseCases(opened.database);
  });

  afterAll(async () => {
    await opened.close();
  });

  beforeEach(async () => {
    author = await admin.newOrganization();
    await admin.createResource.execute(author, {
      kind: 'webhook',
      project: 'shop',
      key: 'chat',
      definition: { description: '', url: receiver.url, events: ['flags.*'], secret: 'signing', enabled: true },
      requestId: '',
    });
  });

  const courier = (overrides: Partial<SendingOptions> = {}): SendWebhooks =>
    new SendWebhooks(new PostgresWebhookProgress(opened.tenants), opened.database, admin.writer, systemClock, {
      post: (message) =>
        postMessage(message, {
          addresses: new AllowedAddresses(['127.0.0.1']),
          deadlineMs: 5_000,
          answerBytes: 16_384,
        }),
      secretOf: async () => SECRET,
      firstPauseMs: 0,
      longestPauseMs: 0,
      mostAttempts: 3,
      disabledAfterMs: 3_600_000,
      leaseMs: 60_000,
      random: () => 0,
      ...overrides,
    });

  const createFlag = (key: string) =>
    admin.createResource.execute(author, { kind: 'flag', project: 'shop', key, definition: BUTTON, requestId: '' });

  const deliveries = async () =>
    opened.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find('shop');
      const address = { kind: 'webhook', project: 'shop', environment: undefined, key: 'chat' } as const;
      const webhook = project && (await session.resources.find(project, address));
      return session.webhooks.list(webhook?.id ?? '', { after: undefined, limit: 100 });
    });

  async function sendAll(sending: SendWebhooks): Promise<void> {
    while (await sending.execute());
  }

  it('are stored with the change or not at all', async () => {
    await expect(
      admin.writer.write(author, 'shop', (draft) => {
        draft.create('flag', 'lost', BUTTON);
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow('changed its mind');

    await expect(deliveries()).resolves.toEqual([]);
  });

  it('are sent in order and one after the other, also by two processes', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await createFlag(key);

    await Promise.all([sendAll(courier()), sendAll(courier())]);
    await sendAll(courier());

    const told = receiver.received.map(
      (each) => (verified(each) as { data: { changes: readonly { resource: string }[] } }).data.changes[0]?.resource,
    );
    expect(told).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => `projects/shop/flags/${key}`));
    expect(receiver.mostAtOnce).toBe(1);
  });

  it('are sent again with the same id until they are taken', async () => {
    await createFlag('a');
    receiver.status = 500;
    const sending = courier();
    await sending.execute();
    const failed = await deliveries();
    receiver.status = 200;
    await sendAll(sending);

    expect(failed).toMatchObject([
      { state: 'pending', attempts: 1, responseStatus: 500, error: 'The receiver answered 500.' },
    ]);
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 2, error: undefined }]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('wait longer after each failure', async () => {
    await createFlag('a');
    receiver.status = 503;
    const sending = courier({ firstPauseMs: 60_000, longestPauseMs: 60_000 });

    await sendAll(sending);
    await createFlag('b');
    await sendAll(sending);

    expect(receiver.received).toHaveLength(1);
  });

  it('are given up after too many attempts, and the next one follows', async () => {
    await createFlag('a');
    receiver.status = 400;
    const sending = courier();
    for (let attempt = 0; attempt < 3; attempt += 1) await sending.execute();
    receiver.status = 200;
    await createFlag('b');
    await sendAll(sending);

    expect((await deliveries()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['failed', 3],
    ]);
  });

  it('disable a webhook that takes nothing for long, with an entry in the audit trail', async () => {
    for (const key of ['a', 'b']) await createFlag(key);
    receiver.status = 500;
    const sending = courier({ disabledAfterMs: 0, mostAttempts: 100 });
    await sending.execute();
    await sending.execute();
    await createFlag('c');

    const address = { kind: 'webhook', project: 'shop', environment: undefined, key: 'chat' } as const;
    const { items } = await admin.listAuditEntries.execute(author, 'projects/shop/webhooks/chat', {
      size: 10,
      token: '',
    });
    expect((await admin.getResource.execute(author, address)).definition.enabled).toBe(false);
    expect(items[0]).toMatchObject({ action: 'webhooks.disable', actor: 'platform/webhooks' });
    expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'failed']);
  });

  it('are not sent to an address that is not public', async () => {
    await createFlag('a');
    await courier({
      post: (message) =>
        postMessage(message, { addresses: new AllowedAddresses([]), deadlineMs: 5_000, answerBytes: 16_384 }),
    }).execute();

    expect(receiver.received).toEqual([]);
    expect((await deliveries())[0]?.error).toContain('127.0.0.1, which is not public');
  });

  it('are not sent to a webhook that was deleted', async () => {
    await createFlag('a');
    const address = { kind: 'webhook', project: 'shop', environment: undefined, key: 'chat' } as const;
    await admin.deleteResource.execute(author, address, '');
    await sendAll(courier());

    expect(receiver.received).toEqual([]);
  });
});
