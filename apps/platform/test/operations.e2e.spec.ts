import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Client } from '@grpc/grpc-js';
import { type ClientDuplexStream, credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { service as healthService } from 'grpc-health-check';

import { runPlatform, type RunningPlatform } from './running-platform.js';

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

const get = async (path: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${running.platform.httpUrl}${path}`);
  return { status: response.status, text: await response.text() };
};

describe('a running platform', () => {
  it('says over HTTP that it lives and is ready', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    const { status, text } = await get('/readyz');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ status: 'ready', roles: expect.any(Array), database: 'up', warehouse: 'up' });
  });

  it('shows its metrics to Prometheus', async () => {
    const { status, text } = await get('/metrics');

    expect(status).toBe(200);
    expect(text).toContain('target_info{service_name="sortition"} 1');
  });

  it.each(['', ...Object.keys(SERVICES)])('reports the gRPC health of %j', async (name) => {
    const { path, requestSerialize, responseDeserialize } = healthService['Check'] as (typeof healthService)[string];

    const answer = await new Promise((resolve, reject) => {
      running.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { service: name },
        (error, response) => {
          if (error) reject(error);
          else resolve(response);
        },
      );
    });

    expect(answer).toMatchObject({ status: 'SERVING' });
  });

  it('lists its services by gRPC reflection', async () => {
    const root = dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json'));
    const definition = loadSync(join(root, 'build/proto/grpc/reflection/v1/reflection.proto'), { oneofs: true });
    const loaded = loadPackageDefinition(definition) as unknown as {
      grpc: { reflection: { v1: { ServerReflection: typeof Client } } };
    };
    const client = new loaded.grpc.reflection.v1.ServerReflection(
      running.platform.grpcAddress,
      credentials.createInsecure(),
    );
    const stream = (
      client as unknown as { serverReflectionInfo(): ClientDuplexStream<object, unknown> }
    ).serverReflectionInfo();

    const answer = await new Promise((resolve, reject) => {
      stream.once('data', resolve);
      stream.once('error', reject);
      stream.write({ listServices: '' });
    });
    stream.end();
    client.close();

    const listed = (answer as { listServicesResponse: { service: { name: string }[] } }).listServicesResponse.service;
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(SERVICES)));
  });
});
