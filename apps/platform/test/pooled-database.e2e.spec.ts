import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminFlags, events, SERVICES, typesFlag } from '@sortition/contracts';
import { findPooler, startTestPooler, startTestPostgres, type TestPooler, type TestPostgres } from '@sortition/testing';

import { insertApiKey, insertOrganization, openTestTenants } from '../src/runtime/testing/tenants.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const flags = SERVICES['sortition.admin.v1.FlagService'];
const { publishEvents } = SERVICES['sortition.events.v1.EventsService'];

const parent = 'projects/shop';
const name = `${parent}/flags/secret-plan`;
const SECRET_PLAN = adminFlags.CreateFlagRequest.fromPartial({
  parent,
  flagId: 'secret-plan',
  flag: { type: typesFlag.FlagType.STRING, variants: [{ key: 'a', value: 'a' }] },
});

describe('a platform behind a pooler that drops parameters, with a superuser behind it', () => {
  if (findPooler() === undefined) {
    it.skip('is tested where PgBouncer is installed (apt-get install pgbouncer)', () => undefined);
    return;
  }

  let postgres: TestPostgres;
  let pooler: TestPooler;
  let running: RunningPlatform;
  let theirKey: string;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    pooler = await startTestPooler(postgres.url, { droppedParameters: ['options', 'statement_timeout'] });
    const url = pooler.through(await postgres.createDatabase());
    running = await runPlatform(url);
    const tenants = await openTestTenants(url);
    const theirs = await insertOrganization(tenants.database, 'theirs');
    theirKey = (await insertApiKey(tenants.database, theirs, 'admin')).credential;
    await tenants.close();
  });

  afterAll(async () => {
    await running.stop();
    await pooler.stop();
    await postgres.stop();
  });

  const ourKeys = (): { readonly admin: string; readonly client: string } => {
    const { keys } = running.platform.starter;
    if (!keys) throw new Error('The first start showed no keys.');
    return keys;
  };

  it("hides one organization's flags from another", async () => {
    const created = await call(running, flags.createFlag, SECRET_PLAN, ourKeys().admin);
    const ours = await call(running, flags.getFlag, { name }, ourKeys().admin);
    const read = await call(running, flags.getFlag, { name }, theirKey);
    const list = await call(running, flags.listFlags, { parent, pageSize: 0, pageToken: '' }, theirKey);

    expect(created).toMatchObject({ response: { flag: { name } } });
    expect(ours).toMatchObject({ response: { flag: { name } } });
    expect(read).toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });
    expect(list).toEqual({ response: { flags: [], nextPageToken: '' } });
  });

  it('says that it is ready, and takes events', async () => {
    const ready = await fetch(`${running.platform.httpUrl}/readyz`);
    const request = events.PublishEventsRequest.fromPartial({
      events: [
        {
          id: '0190a000-0000-7000-8000-000000000001',
          time: new Date(),
          payload: { $case: 'tracked', value: { name: 'purchase', units: { targetingKey: 'u' }, value: 1 } },
        },
      ],
    });
    const taken = await call(running, publishEvents, request, ourKeys().client);

    expect(ready.status).toBe(200);
    expect(taken).toMatchObject({ response: { results: [{ status: events.EventStatus.ACCEPTED }] } });
  });
});
