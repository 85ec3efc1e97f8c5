import { Buffer } from 'node:buffer';

import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminDeclarations, adminFlags, adminProjects, typesFlag } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client as DatabaseClient } from 'pg';

import { runPlatform, type RunningPlatform } from './running-platform.js';

type Part = adminDeclarations.StreamApplyDeclarationRequest['part'];

const DEADLINE_MS = 60_000;
/** More than one message may hold. */
const MANY = 700;

let postgres: TestPostgres;
let databaseUrl: string;
let running: RunningPlatform;
let client: adminDeclarations.DeclarationServiceClient;
let metadata: Metadata;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  running = await runPlatform(databaseUrl);
  client = new adminDeclarations.DeclarationServiceClient(running.platform.grpcAddress, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
  });
  metadata = new Metadata();
  metadata.set('authorization', `Bearer ${running.platform.starter.keys?.admin ?? ''}`);
  await newProject('copy');
});

afterAll(async () => {
  client.close();
  await running.stop();
  await postgres.stop();
});

describe('a declaration in parts', () => {
  it('is applied and exported again when it is larger than a message may be', async () => {
    const declaration = { version: 1, flags: flagsOf(MANY) };
    expect(JSON.stringify(declaration).length).toBeGreaterThan(4 * 1024 * 1024);

    const applied = await apply('projects/shop', declaration);
    const exported = await exportOf('projects/shop');
    const copied = await apply('projects/copy', JSON.parse(exported));

    // Flags with the configurations that the document names; an export names those of both environments.
    expect([applied, copied].map(({ lines }) => lines)).toEqual([2 * MANY, 3 * MANY]);
    const last = applied.progress.at(-1);
    expect(last?.written).toBe(last?.changes);
    expect(last?.changes).toBeGreaterThanOrEqual(2 * MANY);
    expect(await exportOf('projects/copy')).toBe(exported);
  });

  it('changes nothing when it is only tried', async () => {
    const { lines } = await apply('projects/copy', { version: 1, flags: flagsOf(1, 'tried') }, { dryRun: true });

    expect(lines).toBe(2);
    expect(await exportOf('projects/copy')).not.toContain('tried-0');
  });

  it('changes nothing when the caller goes away before the plan comes', async () => {
    const call = client.streamApplyDeclaration(metadata, { deadline: Date.now() + DEADLINE_MS });
    const ended = new Promise<ServiceError>((resolve) => call.once('error', resolve));
    call.on('data', () => {
      call.cancel();
    });
    send(call, [target('projects/copy'), ...chunksOf({ version: 1, flags: flagsOf(MANY, 'late') })]);

    expect((await ended).code).toBe(status.CANCELLED);
    await apply('projects/copy', { version: 1, flags: flagsOf(1, 'next') });
    const exported = await exportOf('projects/copy');
    expect(exported).toContain('next-0');
    expect(exported).not.toContain('late-');
  });

  it.each<[string, readonly Part[], string]>([
    ['a piece before the target', [{ $case: 'chunk', value: Buffer.from('{}') }], 'part'],
    ['two targets', [target('projects/copy'), target('projects/copy')], 'part'],
    ['no target', [], 'target'],
    ['what is no JSON', [target('projects/copy'), { $case: 'chunk', value: Buffer.from('{"version":') }], 'chunk'],
  ])('is refused with %s, naming the field', async (_case, parts, field) => {
    const call = client.streamApplyDeclaration(metadata, { deadline: Date.now() + DEADLINE_MS });
    const ended = new Promise<ServiceError>((resolve) => call.once('error', resolve));
    call.on('data', () => undefined);
    send(call, parts);

    const { code, details } = await ended;
    expect([code, details]).toEqual([status.INVALID_ARGUMENT, expect.stringContaining(field)]);
  });

  it('is not followed by writes whose callers have waited long enough for their turn', async () => {
    const other = new DatabaseClient({ connectionString: databaseUrl });
    await other.connect();
    await other.query(`BEGIN; SELECT FROM project WHERE key = 'copy' FOR UPDATE`);
    const flags = new adminFlags.FlagServiceClient(running.platform.grpcAddress, credentials.createInsecure());
    const flag = { type: typesFlag.FlagType.BOOLEAN, variants: [{ key: 'on', value: true }] };
    const creation = adminFlags.CreateFlagRequest.fromPartial({ parent: 'projects/copy', flagId: 'given-up-1', flag });
    const declaration = { version: 1, flags: flagsOf(1, 'given-up-2') };
    const soon = { deadline: Date.now() + 150 };
    const overConnect = fetch(`${running.platform.httpUrl}/sortition.admin.v1.DeclarationService/ApplyDeclaration`, {
      method: 'POST',
      headers: {
        authorization: String(metadata.get('authorization')[0]),
        'content-type': 'application/json',
        'connect-timeout-ms': '150',
      },
      body: JSON.stringify({ parent: 'projects/copy', declaration: { version: 1, flags: flagsOf(1, 'given-up-3') } }),
    });

    const codes = await Promise.all([
      codeOf((done) => flags.createFlag(creation, metadata, soon, done)),
      codeOf((done) =>
        client.applyDeclaration({ parent: 'projects/copy', declaration, dryRun: false }, metadata, soon, done),
      ),
      overConnect.then(async (answer) => ((await answer.json()) as { readonly code: string }).code),
    ]);
    flags.close();
    await other.query('ROLLBACK');
    await other.end();
    await apply('projects/copy', { version: 1, flags: flagsOf(1, 'after') });

    expect(codes).toEqual([status.DEADLINE_EXCEEDED, status.DEADLINE_EXCEEDED, 'deadline_exceeded']);
    const keys = [...(await exportOf('projects/copy')).matchAll(/"(after|given-up)-\d"/g)].map(([key]) => key);
    expect(keys).toEqual(['"after-0"']);
  });

  it('does not keep a writer of another project waiting', async () => {
    const applied = apply('projects/shop', { version: 1, flags: flagsOf(MANY, 'slow') });
    const flags = new adminFlags.FlagServiceClient(running.platform.grpcAddress, credentials.createInsecure());
    const flag = adminFlags.CreateFlagRequest.fromPartial({
      parent: 'projects/copy',
      flagId: 'beside',
      flag: { type: typesFlag.FlagType.BOOLEAN, variants: [{ key: 'on', value: true }] },
    });
    const outcome = await Promise.race([
      new Promise((resolve) =>
        flags.createFlag(flag, metadata, (error) => {
          resolve(error ? error.details : 'created');
        }),
      ),
      applied.then(() => 'the other came first'),
    ]);
    flags.close();

    expect(outcome).toBe('created');
    await applied;
  });
});

/** Flags with long descriptions. */
function flagsOf(count: number, prefix = 'flag'): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${prefix}-${index}`,
    type: 'boolean',
    description: `${index} `.repeat(1_700),
    variants: { off: false, on: true },
    environments: { production: { enabled: true, defaultVariant: 'off' } },
  }));
}

function target(parent: string, dryRun = false): Part {
  return { $case: 'target', value: { parent, dryRun } };
}

function chunksOf(declaration: unknown): readonly Part[] {
  const json = Buffer.from(JSON.stringify(declaration));
  const size = 100_000;
  return Array.from({ length: Math.ceil(json.length / size) }, (_, index) => ({
    $case: 'chunk',
    value: json.subarray(index * size, (index + 1) * size),
  }));
}

function send(call: ReturnType<typeof client.streamApplyDeclaration>, parts: readonly Part[]): void {
  for (const part of parts) call.write({ part });
  call.end();
}

async function apply(
  parent: string,
  declaration: unknown,
  { dryRun = false } = {},
): Promise<{ readonly lines: number; readonly progress: readonly adminDeclarations.DeclarationProgress[] }> {
  const call = client.streamApplyDeclaration(metadata, { deadline: Date.now() + DEADLINE_MS });
  send(call, [target(parent, dryRun), ...chunksOf(declaration)]);
  const progress: adminDeclarations.DeclarationProgress[] = [];
  let lines = 0;
  for await (const { part } of call as AsyncIterable<adminDeclarations.StreamApplyDeclarationResponse>) {
    if (part?.$case === 'progress') progress.push(part.value);
    if (part?.$case === 'plan') lines += part.value.changes.length;
  }
  return { lines, progress };
}

/** The status with which a unary call ends; 0 is OK. */
function codeOf(send: (done: (error: ServiceError | null) => void) => unknown): Promise<number> {
  return new Promise((resolve) => {
    send((error) => {
      resolve(error?.code ?? status.OK);
    });
  });
}

async function exportOf(parent: string): Promise<string> {
  const call = client.streamExportDeclaration({ parent }, metadata, { deadline: Date.now() + DEADLINE_MS });
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of call as AsyncIterable<adminDeclarations.StreamExportDeclarationResponse>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function newProject(key: string): Promise<void> {
  const projects = new adminProjects.ProjectServiceClient(running.platform.grpcAddress, credentials.createInsecure());
  const { CreateEnvironmentRequest, CreateProjectRequest } = adminProjects;
  const done = (resolve: () => void, reject: (error: Error) => void) => (error: ServiceError | null) => {
    if (error) reject(error);
    else resolve();
  };
  await new Promise<void>((resolve, reject) => {
    projects.createProject(
      CreateProjectRequest.fromPartial({ projectId: key, project: {} }),
      metadata,
      done(resolve, reject),
    );
  });
  for (const environmentId of ['production', 'development']) {
    await new Promise<void>((resolve, reject) => {
      const request = { parent: `projects/${key}`, environmentId, environment: {} };
      projects.createEnvironment(CreateEnvironmentRequest.fromPartial(request), metadata, done(resolve, reject));
    });
  }
  projects.close();
}
