import { type MethodDefinition, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES, type RpcName } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { PERMISSIONS_OF_KIND } from '../src/runtime/auth/permissions.js';
import type { KeyKind } from '../src/runtime/auth/principal.js';
import { PERMISSION_OF_RPC } from '../src/runtime/grpc/permission-of-rpc.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

type AnyMethod = MethodDefinition<object, object>;

const METHODS = Object.values(SERVICES).flatMap((service) => Object.values(service) as unknown as AnyMethod[]);
const KINDS: readonly KeyKind[] = ['client', 'server', 'admin', 'operator'];

let postgres: TestPostgres;
let running: RunningPlatform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  running = await runPlatform(await postgres.createDatabase());
});

afterAll(async () => {
  await running.stop();
  await postgres.stop();
});

/** The empty request of a method. */
const emptyRequest = (method: AnyMethod): object => method.requestDeserialize(Buffer.alloc(0));

const keyOf = (kind: KeyKind): string => {
  const { keys, operatorToken } = running.platform.starter;
  if (!keys || operatorToken === undefined) throw new Error('The first start showed no keys.');
  return { ...keys, operator: operatorToken }[kind];
};

describe('permissions', () => {
  it('exist for every RPC that is served', () => {
    expect(Object.keys(PERMISSION_OF_RPC).sort()).toEqual(METHODS.map(({ path }) => path).sort());
  });

  it.each(METHODS.map((method) => [method.path, method] as const))('%s needs a key', async (_path, method) => {
    const outcome = await call(running, method, emptyRequest(method), undefined);

    expect(outcome).toMatchObject({ code: status.UNAUTHENTICATED, reason: 'MISSING_CREDENTIAL' });
  });

  it.each(METHODS.flatMap((method) => KINDS.map((kind) => [method.path, kind, method] as const)))(
    '%s lets a key of kind %s through exactly when the kind has the permission',
    async (path, kind, method) => {
      const isPermitted = PERMISSIONS_OF_KIND[kind].has(PERMISSION_OF_RPC[path as RpcName]);

      const outcome = await call(running, method, emptyRequest(method), keyOf(kind));

      const wasDenied = 'code' in outcome && outcome.reason === 'PERMISSION_DENIED';
      expect(wasDenied).toBe(!isPermitted);
      if ('code' in outcome)
        expect([status.UNIMPLEMENTED, status.INTERNAL, status.UNKNOWN]).not.toContain(outcome.code);
    },
  );
});
