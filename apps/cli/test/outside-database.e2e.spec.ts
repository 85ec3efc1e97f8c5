import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Client as GrpcClient, credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@sortition/contracts';
import { findOldestPostgres, startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { newDirectory } from './support/new-directory.js';
import { type Finished, run, start, type Started } from './support/sortition-process.js';

let directory: string;
let server: TestPostgres;
let administrator: Client;
let databaseUrl: string;
const running: Started[] = [];

beforeAll(async () => {
  directory = await newDirectory();
  const programs = findOldestPostgres();
  server = await startTestPostgres(programs === undefined ? {} : { programs });
  administrator = new Client({ connectionString: server.url });
  await administrator.connect();
  await administrator.query(`create role sortition login password 'secret'`);
  await administrator.query('create database sortition owner sortition');
  const url = new URL(server.url);
  url.username = 'sortition';
  url.password = 'secret';
  url.pathname = 'sortition';
  databaseUrl = url.href;
}, 120_000);

afterAll(async () => {
  await Promise.all(running.map((platform) => platform.end('SIGTERM')));
  await administrator.end();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const startOnce = (name: string): Promise<Finished> =>
  run(['start', '--data-dir', join(directory, name), '--grpc-port', '0', '--http-port', '0', '--output', 'json'], {
    env: { SORTITION_DATABASE_URL: databaseUrl },
  });

/** Starts a process with some of the roles. */
async function startRoles(roles: string): Promise<Started> {
  const env = { SORTITION_DATABASE_URL: databaseUrl, SORTITION_ROLES: roles };
  const platform = await start(join(directory, roles), undefined, env);
  running.push(platform);
  return platform;
}

describe('a platform on a PostgreSQL of its owner', () => {
  it('says in one line which SQL an administrator runs once, and nothing on standard output', async () => {
    const refused = await startOnce('refused');

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^sortition: The database server has no role .* run once: .*; \[\w+\]\n$/);
    await administrator.query(/run once: (.*;)/.exec(refused.stderr)?.[1] ?? '');
  });

  it('runs its roles as processes, and shows Prometheus what the one with the role assignment does', async () => {
    const { ready } = await startRoles('admin,events,metrics');
    const assignment = await startRoles('assignment');
    const authorization = `Bearer ${ready.keys.server}`;
    const { http, grpc } = assignment.ready;
    const evaluated = await fetch(`${http}/ofrep/v1/evaluate/flags/no-such-flag`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ context: { targetingKey: 'u' } }),
    });
    expect(evaluated.status).toBe(404);
    const client = new GrpcClient(grpc, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', authorization);
    await resolveAll(client, metadata);
    const stream = watchSnapshot(client, metadata);
    await once(stream, 'data');

    const text = await (await fetch(`${http}/metrics`)).text();
    stream.cancel();
    client.close();

    const valueOf = (name: string, ...labels: readonly string[]): string | undefined =>
      text
        .split('\n')
        .find((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)))
        ?.split('} ')[1];
    const environment = 'organization="starter",project="shop",environment="production"';
    // Of the flag that is missing, and of the one that a first start makes.
    expect(valueOf('sortition_assignment_evaluations_total')).toBe('2');
    expect(valueOf('sortition_assignment_evaluation_errors_total', 'code="FLAG_NOT_FOUND"')).toBe('1');
    expect(valueOf('sortition_assignment_environments')).toBe('1');
    expect(valueOf('sortition_assignment_snapshot_revision', environment)).toBe('2');
    expect(Number(valueOf('sortition_assignment_snapshot_age', environment))).toBeLessThan(30);
    expect(Number(valueOf('sortition_assignment_snapshot_oldest_age'))).toBeLessThan(30);
    expect(valueOf('sortition_assignment_refresh_failures_total')).toBe('0');
    expect(valueOf('sortition_streams_open', 'transport="grpc"')).toBe('1');
    expect(valueOf('sortition_streams_open', 'transport="http"')).toBe('0');
    expect(valueOf('sortition_rpc_duration_count', 'AssignmentService/ResolveAll"', 'code="0"')).toBe('1');
    expect(valueOf('sortition_http_duration_count', 'route="/ofrep/v1/evaluate/flags/:key",status="404"')).toBe('1');
  });

  it('is refused in one line, and untouched, when a later version has migrated it', async () => {
    const owner = new Client({ connectionString: databaseUrl });
    await owner.connect();
    await owner.query(`INSERT INTO migrations (timestamp, name) VALUES (1999000000099, 'ReadMinds1999000000099')`);

    const refused = await startOnce('older');
    await owner.query(`DELETE FROM migrations WHERE name = 'ReadMinds1999000000099'`);
    await owner.end();

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^sortition: A later version of Sortition made this database: it holds the migration "ReadMinds1999000000099", [^\n]+\n$/,
    );
  });
});

async function resolveAll(client: GrpcClient, metadata: Metadata): Promise<void> {
  const method = SERVICES['sortition.assignment.v1.AssignmentService'].resolveAll;
  await new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      method.requestDeserialize(Buffer.alloc(0)),
      metadata,
      (error, response) => {
        if (error) reject(error);
        else resolve(response);
      },
    );
  });
}

function watchSnapshot(client: GrpcClient, metadata: Metadata): ReturnType<GrpcClient['makeServerStreamRequest']> {
  const method = SERVICES['sortition.assignment.v1.SnapshotService'].watchSnapshot;
  const stream = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    method.requestDeserialize(Buffer.alloc(0)),
    metadata,
  );
  stream.on('error', () => undefined);
  return stream;
}
