import { Metadata, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { adminApiKeys, SERVICES, typesProject } from '@sortition/contracts';
import { SortitionProvider } from '@sortition/openfeature-server';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { answered, runShop, type RunningShop } from './running-shop.js';
import { call } from './running-platform.js';

const { createApiKey, revokeApiKey } = SERVICES['sortition.admin.v1.ApiKeyService'];
const { watchFlags } = SERVICES['sortition.assignment.v1.AssignmentService'];
const { watchSnapshot } = SERVICES['sortition.assignment.v1.SnapshotService'];
const { eventStream } = SERVICES['flagd.evaluation.v2.Service'];
const { syncFlags } = SERVICES['flagd.sync.v1.FlagSyncService'];

let postgres: TestPostgres;
let shop: RunningShop;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const streamBounds = { maxStreams: 100, keyCheckMs: 100 };
  shop = await runShop(await postgres.createDatabase(), { streamBounds });
});

afterAll(async () => {
  await shop.running.stop();
  await postgres.stop();
});

interface Key {
  readonly name: string;
  readonly credential: string;
}

let key: Key;

beforeEach(async () => {
  const request = adminApiKeys.CreateApiKeyRequest.fromPartial({
    apiKey: {
      kind: typesProject.ApiKeyKind.SERVER,
      displayName: 'to be revoked',
      environment: 'projects/shop/environments/production',
    },
  });
  const { apiKey, credential } = answered(await call(shop.running, createApiKey, request, shop.keys.admin));
  key = { name: apiKey?.name ?? '', credential };
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
});

const revoke = async (): Promise<void> => {
  answered(await call(shop.running, revokeApiKey, { name: key.name }, shop.keys.admin));
};

/** Opens a stream. Resolves when it has sent something, with the promise of what ends it. */
async function open<Request, Response>(
  { path, requestSerialize, responseDeserialize }: MethodDefinition<Request, Response>,
  request: Request,
  credential: string,
): Promise<{ readonly ended: Promise<ServiceError> }> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${credential}`);
  const { client } = shop.running;
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
  const ended = new Promise<ServiceError>((resolve) => stream.once('error', resolve));
  await new Promise((resolve) => stream.once('data', resolve));
  stream.resume();
  return { ended };
}

describe('a key that is revoked while its streams are open', () => {
  it('ends each of them as unauthenticated, and no stream of another key', async () => {
    const fromNothing = { fromRevision: 0, contentHash: '' };
    const other = await open(watchSnapshot, fromNothing, shop.keys.server);
    const opened = await Promise.all([
      open(watchSnapshot, fromNothing, key.credential),
      open(watchFlags, { fromRevision: 0 }, key.credential),
      open(eventStream, {}, key.credential),
      open(syncFlags, { providerId: '', selector: '' }, key.credential),
    ]);

    await revoke();
    const errors = await Promise.all(opened.map(({ ended }) => ended));

    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => status.UNAUTHENTICATED));
    await expect(Promise.race([other.ended, Promise.resolve('still open')])).resolves.toBe('still open');
  });

  it('is an ERROR of the provider that holds it', async () => {
    const options = { address: shop.running.platform.grpcAddress, apiKey: key.credential };
    await OpenFeature.setProviderAndWait(new SortitionProvider(options));
    const failed = new Promise((resolve) => OpenFeature.addHandler(ProviderEvents.Error, resolve));

    await revoke();

    await expect(failed).resolves.toMatchObject({ message: expect.stringContaining('it was revoked') });
    expect(OpenFeature.getClient().providerStatus).toBe(ProviderStatus.ERROR);
  });
});
