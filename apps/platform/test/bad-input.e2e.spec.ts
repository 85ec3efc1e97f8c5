import { Client as GrpcClient, credentials, Metadata, type MethodDefinition, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminDeclarations, adminFlags, assignment, SERVICES, typesFlag } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import {
  insertApiKey,
  insertOrganization,
  openTestTenants,
  type TestOrganization,
  type TestTenants,
} from '../src/runtime/testing/tenants.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const flags = SERVICES['sortition.admin.v1.FlagService'];
const decisions = SERVICES['sortition.assignment.v1.AssignmentService'];
const { CreateFlagRequest, GetFlagRequest, UpdateFlagRequest } = adminFlags;

const PARENT = 'projects/shop';
const FIVE_MEGABYTES = 'x'.repeat(5 * 1024 * 1024);

let postgres: TestPostgres;
let databaseUrl: string;
let running: RunningPlatform;
let tenants: TestTenants;
let stranger: TestOrganization;
let adminKey: string;
let serverKey: string;
let operatorToken: string;
let strangersAdminKey: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  running = await runPlatform(databaseUrl);
  const { keys, operatorToken: token } = running.platform.starter;
  if (!keys || token === undefined) throw new Error('The first start showed no keys.');
  adminKey = keys.admin;
  serverKey = keys.server;
  operatorToken = token;
  tenants = await openTestTenants(databaseUrl);
  stranger = await insertOrganization(tenants.database, 'stranger');
  strangersAdminKey = (await insertApiKey(tenants.database, stranger, 'admin')).credential;
});

afterAll(async () => {
  await tenants.close();
  await running.stop();
  await postgres.stop();
});

const booleanFlag = (flagId: string): adminFlags.CreateFlagRequest =>
  CreateFlagRequest.fromPartial({
    parent: PARENT,
    flagId,
    flag: {
      type: typesFlag.FlagType.BOOLEAN,
      variants: [
        { key: 'on', value: true },
        { key: 'off', value: false },
      ],
    },
  });

const createFlag = (
  request: adminFlags.CreateFlagRequest,
  key = adminKey,
): ReturnType<typeof call<adminFlags.CreateFlagRequest, adminFlags.CreateFlagResponse>> =>
  call(running, flags.createFlag, request, key);

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${running.platform.httpUrl}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${serverKey}`, ...headers },
  });

const bodyOf = async (response: Response): Promise<unknown> => ({
  status: response.status,
  body: await response.json(),
});

describe('a bad credential', () => {
  it.each([
    ['malformed', () => 'sor_server_oops', 'MALFORMED_API_KEY'],
    ['unknown', () => `sor_server_000000000000_${'A'.repeat(43)}`, 'UNKNOWN_API_KEY'],
  ])('is refused alike over gRPC and HTTP when it is %s', async (_case, credential, reason) => {
    const request = assignment.ResolveRequest.fromPartial({ flag: 'x' });

    const rpc = await call(running, decisions.resolve, request, credential());
    const http = await post('/v1/events', '{"events":[]}', { authorization: `Bearer ${credential()}` });

    expect(rpc).toMatchObject({ code: status.UNAUTHENTICATED, reason, fields: ['authorization'] });
    expect(await bodyOf(http)).toMatchObject({ status: 401, body: { error: { code: reason } } });
  });

  it('is refused alike over gRPC and HTTP when it has expired', async () => {
    const organization = await insertOrganization(tenants.database, 'late');
    const { credential } = await insertApiKey(tenants.database, organization, 'server', new Date(Date.now() - 1_000));

    const rpc = await call(
      running,
      decisions.resolve,
      assignment.ResolveRequest.fromPartial({ flag: 'x' }),
      credential,
    );
    const http = await post('/v1/events', '{"events":[]}', { authorization: `Bearer ${credential}` });

    expect(rpc).toMatchObject({ code: status.UNAUTHENTICATED, reason: 'EXPIRED_API_KEY' });
    expect(await bodyOf(http)).toMatchObject({ status: 401, body: { error: { code: 'EXPIRED_API_KEY' } } });
  });
});

describe('a request for what is not there', () => {
  it('names an unknown flag over gRPC and OFREP', async () => {
    const rpc = await call(
      running,
      decisions.resolve,
      assignment.ResolveRequest.fromPartial({ flag: 'no-such-flag' }),
      serverKey,
    );
    const http = await post('/ofrep/v1/evaluate/flags/no-such-flag', '{"context":{}}');

    expect(rpc).toMatchObject({
      code: status.NOT_FOUND,
      reason: 'FLAG_NOT_FOUND',
      fields: ['flag'],
      message: expect.stringContaining('no-such-flag'),
    });
    expect(await bodyOf(http)).toMatchObject({
      status: 404,
      body: { key: 'no-such-flag', errorCode: 'FLAG_NOT_FOUND' },
    });
  });

  it('does not find a resource of another tenant', async () => {
    await createFlag(booleanFlag('private'));
    const name = `${PARENT}/flags/private`;

    const read = await call(running, flags.getFlag, GetFlagRequest.fromPartial({ name }), strangersAdminKey);
    const write = await call(
      running,
      flags.updateFlag,
      UpdateFlagRequest.fromPartial({ flag: { name, description: 'mine now' } }),
      strangersAdminKey,
    );

    expect(read).toMatchObject({
      code: status.NOT_FOUND,
      reason: 'RESOURCE_NOT_FOUND',
      message: expect.stringContaining(name),
    });
    expect(write).toMatchObject({ code: status.NOT_FOUND, reason: 'RESOURCE_NOT_FOUND' });
    const stored = await call(running, flags.getFlag, GetFlagRequest.fromPartial({ name }), adminKey);
    expect(stored).toMatchObject({ response: { flag: { description: '' } } });
  });
});

describe('a bad request', () => {
  it('is refused alike over gRPC and HTTP when it is too large', async () => {
    const rpc = await call(
      running,
      decisions.resolve,
      assignment.ResolveRequest.fromPartial({ flag: FIVE_MEGABYTES }),
      serverKey,
    );
    const http = await post('/v1/events', JSON.stringify({ events: [], padding: FIVE_MEGABYTES }));

    expect(rpc).toMatchObject({ reason: 'MESSAGE_TOO_LARGE', message: expect.stringContaining('bytes') });
    expect(await bodyOf(http)).toMatchObject({ status: 413, body: { error: { code: 'MESSAGE_TOO_LARGE' } } });
  });

  it('names the field and the value of an unknown enum value', async () => {
    const request = { ...booleanFlag('bad-enum') };

    const outcome = await createFlag({
      ...request,
      flag: { ...typesFlag.Flag.fromPartial(request.flag ?? {}), type: typesFlag.FlagType.UNRECOGNIZED },
    });

    expect(outcome).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'UNKNOWN_ENUM_VALUE',
      fields: ['flag.type'],
    });
  });

  it('names the variant whose value has the wrong type', async () => {
    const request = CreateFlagRequest.fromPartial({
      parent: PARENT,
      flagId: 'wrong-type',
      flag: { type: typesFlag.FlagType.NUMBER, variants: [{ key: 'one', value: 'not a number' }] },
    });

    const outcome = await createFlag(request);

    expect(outcome).toMatchObject({ code: status.INVALID_ARGUMENT, message: expect.stringContaining('not a number') });
    const stored = await call(
      running,
      flags.getFlag,
      GetFlagRequest.fromPartial({ name: `${PARENT}/flags/wrong-type` }),
      adminKey,
    );
    expect(stored).toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });
  });

  it.each([
    ['a variant', { type: typesFlag.FlagType.BOOLEAN, variants: [{ key: '__proto__', value: true }] }],
    [
      'a property',
      { type: typesFlag.FlagType.OBJECT, variants: [{ key: 'on', value: JSON.parse('{"__proto__":1}') as unknown }] },
    ],
  ])('refuses %s named __proto__, which the decoder would drop', async (_what, flag) => {
    const { requestSerialize } = flags.createFlag;
    const marked = JSON.stringify({ parent: PARENT, flagId: 'proto', flag }).replaceAll('__proto__', '__PROTO__');
    const bytes = requestSerialize(CreateFlagRequest.fromPartial(JSON.parse(marked) as object));
    const sent = Buffer.from(bytes.toString('latin1').replaceAll('__PROTO__', '__proto__'), 'latin1');

    const outcome = await call(
      running,
      { ...flags.createFlag, requestSerialize: () => sent },
      booleanFlag('x'),
      adminKey,
    );

    expect(outcome).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('"__proto__"'),
      fields: ['request'],
    });
  });

  it('names the key that exists already', async () => {
    await createFlag(booleanFlag('twice'));

    const outcome = await createFlag(booleanFlag('twice'));

    expect(outcome).toMatchObject({
      code: status.ALREADY_EXISTS,
      reason: 'ALREADY_EXISTS',
      message: expect.stringContaining('twice'),
    });
  });

  it('refuses a stale etag and changes nothing', async () => {
    await createFlag(booleanFlag('contended'));
    const name = `${PARENT}/flags/contended`;
    const first = await call(running, flags.getFlag, GetFlagRequest.fromPartial({ name }), adminKey);
    if (!('response' in first)) throw new Error(first.message);
    const etag = first.response.flag?.etag ?? '';
    const update = (description: string): ReturnType<typeof call> =>
      call(
        running,
        flags.updateFlag,
        UpdateFlagRequest.fromPartial({ flag: { name, etag, description }, updateMask: ['description'] }),
        adminKey,
      );
    await update('first');

    const outcome = await update('second');

    expect(outcome).toMatchObject({
      code: status.ABORTED,
      reason: 'STALE_ETAG',
      message: expect.stringContaining(etag),
    });
    expect(await call(running, flags.getFlag, GetFlagRequest.fromPartial({ name }), adminKey)).toMatchObject({
      response: { flag: { description: 'first' } },
    });
  });
});

describe('a page token that nobody was given', () => {
  const ENVIRONMENT = `${PARENT}/environments/production`;
  const EVENT = `${PARENT}/eventDefinitions/purchase`;
  const WEBHOOK = `${PARENT}/webhooks/chat`;
  const admin = <S extends string>(service: S): `sortition.admin.v1.${S}` => `sortition.admin.v1.${service}`;
  /** Every list, a request of it, and the name of the list in its tokens. */
  const LISTS = [
    [SERVICES[admin('FlagService')].listFlags, { parent: PARENT }, `${PARENT}/flags`],
    [
      SERVICES[admin('FlagService')].listFlagConfigurations,
      { parent: ENVIRONMENT },
      `${ENVIRONMENT}/flagConfigurations`,
    ],
    [SERVICES[admin('SegmentService')].listSegments, { parent: PARENT }, `${PARENT}/segments`],
    [SERVICES[admin('LayerService')].listLayers, { parent: PARENT }, `${PARENT}/layers`],
    [SERVICES[admin('MetricService')].listMetrics, { parent: PARENT }, `${PARENT}/metrics`],
    [SERVICES[admin('ExperimentService')].listExperiments, { parent: PARENT }, `${PARENT}/experiments`],
    [SERVICES[admin('EventDefinitionService')].listEventDefinitions, { parent: PARENT }, `${PARENT}/eventDefinitions`],
    [SERVICES[admin('EventDefinitionService')].listEventDefinitionVersions, { name: EVENT }, `${EVENT}/versions`],
    [SERVICES[admin('WebhookService')].listWebhooks, { parent: PARENT }, `${PARENT}/webhooks`],
    [SERVICES[admin('WebhookService')].listWebhookDeliveries, { name: WEBHOOK }, `${WEBHOOK}/deliveries`],
    [SERVICES[admin('OrganizationService')].listOrganizations, {}, 'organizations'],
    [SERVICES[admin('PluginService')].listPlugins, {}, 'plugins'],
    [SERVICES[admin('ProjectService')].listProjects, {}, 'projects'],
    [SERVICES[admin('ProjectService')].listEnvironments, { parent: PARENT }, `${PARENT}/environments`],
    [SERVICES[admin('ApiKeyService')].listApiKeys, {}, 'apiKeys'],
    [SERVICES[admin('AuditService')].listAuditEntries, {}, 'auditEntries of all'],
    [
      SERVICES['sortition.events.v1.QuarantineService'].listQuarantinedEvents,
      { parent: ENVIRONMENT },
      `${ENVIRONMENT}/quarantinedEvents`,
    ],
  ] as const;
  const tokenOf = (list: string, cursor: unknown): string =>
    Buffer.from(JSON.stringify([list, cursor])).toString('base64url');

  it('can be of every list that there is', () => {
    const lists = Object.values(SERVICES)
      .flatMap((service) => Object.values(service) as unknown as MethodDefinition<object, object>[])
      .filter(({ path }) => /\.(admin|events)\..*\/List/.test(path));

    expect(lists.map(({ path }) => path).sort()).toEqual(LISTS.map(([{ path }]) => path).sort());
  });

  it.each(LISTS.map(([method, request, list]) => [method.path, method, request, list] as const))(
    'is refused by %s, whatever it holds',
    async (_path, method, request, list) => {
      const forged = ['a\0', '', 'x'.repeat(5_000), '\ud800', "' OR true", 7, null].map((cursor) =>
        tokenOf(list, cursor),
      );
      for (const pageToken of [...forged, tokenOf('another list', 'a'), '\0', 'x', '[]', '🙂']) {
        const outcome = await call(
          running,
          method as unknown as MethodDefinition<object, object>,
          { pageSize: 0, parent: '', name: '', resource: '', pageToken, filter: undefined, state: 0, ...request },
          list === 'organizations' ? operatorToken : adminKey,
        );

        expect(outcome).toMatchObject({
          code: status.INVALID_ARGUMENT,
          reason: 'INVALID_ARGUMENT',
          fields: ['page_token'],
        });
      }
    },
  );

  it('is refused by a replay', async () => {
    const { replayQuarantinedEvents } = SERVICES['sortition.events.v1.QuarantineService'];
    const request = { parent: ENVIRONMENT, filter: undefined, pageToken: 'a\0' };

    const outcome = await call(running, replayQuarantinedEvents, request, adminKey);

    expect(outcome).toMatchObject({ code: status.INVALID_ARGUMENT, fields: ['page_token'] });
  });

  it('is not alone in holding NUL: the resource of an audit is refused likewise', async () => {
    const { listAuditEntries } = SERVICES['sortition.admin.v1.AuditService'];

    const outcome = await call(running, listAuditEntries, { resource: 'a\0', pageSize: 0, pageToken: '' }, adminKey);

    expect(outcome).toMatchObject({ code: status.INVALID_ARGUMENT, fields: ['resource'] });
  });
});

describe('a refusal that quotes what is too long', () => {
  const TOO_LONG = 'x'.repeat(33_000);

  it('reaches a flagd client whose selector is that long, and harms no stream of the same connection', async () => {
    const { path, requestSerialize, responseDeserialize } = SERVICES['flagd.sync.v1.FlagSyncService'].syncFlags;
    const client = new GrpcClient(running.platform.grpcAddress, credentials.createInsecure());
    const sync = (selector?: string): ReturnType<typeof client.makeServerStreamRequest> => {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${serverKey}`);
      if (selector !== undefined) metadata.set('flagd-selector', selector);
      const request = { providerId: '', selector: '', context: undefined };
      return client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
    };
    const beside = sync();
    const states: unknown[] = [];
    let next: (() => void) | undefined;
    beside
      .on('error', () => undefined)
      .on('data', (state) => {
        states.push(state);
        next?.();
      });
    const state = (count: number): Promise<void> =>
      new Promise((resolve) => {
        next = () => {
          if (states.length >= count) resolve();
        };
        next();
      });
    await state(1);

    const refusal = await new Promise<unknown>((resolve) => sync(TOO_LONG).on('error', resolve).resume());
    await createFlag(booleanFlag('told-beside'));
    await state(2);

    expect(refusal).toMatchObject({
      code: status.INVALID_ARGUMENT,
      // A selector may be an API key that was mistyped, so its value is not repeated.
      details: 'The selector is neither an API key nor the key\'s own flag set "shop/production".',
    });
    expect(JSON.stringify(states.at(-1))).toContain('told-beside');
    beside.cancel();
    client.close();
  });

  it('says how many problems of a declaration it leaves out', async () => {
    const flags = Array.from({ length: 500 }, (_, index) => ({ key: `Bad ${String(index)}`, type: 'colour' }));
    const declaration = { version: 1, flags };

    const outcome = await call(
      running,
      SERVICES['sortition.admin.v1.DeclarationService'].applyDeclaration,
      adminDeclarations.ApplyDeclarationRequest.fromPartial({ parent: PARENT, declaration }),
      adminKey,
    );

    expect(outcome).toMatchObject({ reason: 'INVALID_CONFIGURATION' });
    expect(outcome).toHaveProperty('fields', expect.arrayContaining(['']));
  });

  it('is cut over HTTP as well', async () => {
    const ofrep = await post(`/ofrep/v1/evaluate/flags/${'ä'.repeat(2_000)}`, '{"context":{}}');
    const nowhere = await fetch(`${running.platform.httpUrl}/${'x'.repeat(10_000)}`);

    expect(await bodyOf(ofrep)).toMatchObject({
      status: 404,
      body: { errorDetails: expect.stringMatching(/ä…"\.$/) },
    });
    expect((await nowhere.text()).length).toBeLessThan(2_000);
  });
});

describe('a write that loses its database halfway', () => {
  it('says so, writes nothing, and succeeds when tried again', async () => {
    const superuser = new Client({ connectionString: databaseUrl });
    await superuser.connect();
    await superuser.query('BEGIN');
    await superuser.query('LOCK TABLE environment IN ACCESS EXCLUSIVE MODE');
    const halfway = createFlag(booleanFlag('halfway'));
    const blockedWriters = `SELECT pid FROM pg_stat_activity WHERE application_name = 'sortition' AND wait_event_type = 'Lock'`;
    const deadline = Date.now() + 5_000;
    let blocked = await superuser.query(blockedWriters);
    while (blocked.rowCount === 0 && Date.now() < deadline) blocked = await superuser.query(blockedWriters);

    await superuser.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sortition' AND wait_event_type = 'Lock'`,
    );
    const outcome = await halfway;
    await superuser.query('ROLLBACK');
    await superuser.end();

    expect(blocked.rowCount).toBeGreaterThan(0);
    expect(outcome).toMatchObject({ code: status.UNAVAILABLE, reason: 'DATABASE_UNAVAILABLE' });
    const name = `${PARENT}/flags/halfway`;
    expect(await call(running, flags.getFlag, GetFlagRequest.fromPartial({ name }), adminKey)).toMatchObject({
      reason: 'RESOURCE_NOT_FOUND',
    });
    expect(await createFlag(booleanFlag('halfway'))).toHaveProperty('response');
  });
});
