/**
 * The platform with flags, in a process of its own. The flag "switch" serves 0 or 1; the others, "flag-0" and on, split
 * three countries in halves, and "tested" is that of an experiment. Prints one line when it serves; ends with its standard input. Arguments: number of flags,
 * and a port for gRPC (0: any).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { credentials, Metadata } from '@grpc/grpc-js';
import { adminDeclarations } from '@sortition/contracts';

import { ALL_ROLES, createLogger, startPlatform } from '../../dist/index.js';

const [flagCount = '100', port = '0', directory] = process.argv.slice(2);
const dataDirectory = directory ?? (await mkdtemp(join(tmpdir(), 'sortition-bench-')));
const platform = await startPlatform({
  roles: ALL_ROLES,
  host: '127.0.0.1',
  grpcPort: Number(port),
  httpPort: 0,
  dataDirectory,
  databaseUrl: undefined,
  allowedOrigins: [],
  otlpEndpoint: undefined,
  // What is measured is the server, not its limits.
  evaluationsPerSecond: 0,
  clientEvaluationsPerSecond: 0,
  logger: createLogger({ level: 'silent' }),
});
if (flagCount !== '0') await declare(platform.starter, Number(flagCount));
const { project, environment, keys } = platform.starter;
console.log(
  JSON.stringify({
    address: platform.grpcAddress,
    http: platform.httpUrl,
    keys,
    flag: `projects/${project}/environments/${environment}/flags/switch`,
  }),
);

process.stdin.resume();
process.stdin.on('end', async () => {
  await platform.close();
  if (directory === undefined) await rm(dataDirectory, { recursive: true, force: true });
  process.exit(0);
});

async function declare({ project, environment, keys }, count) {
  const client = new adminDeclarations.DeclarationServiceClient(platform.grpcAddress, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${keys.admin}`);
  const rules = [
    {
      key: 'half',
      condition: { attribute: 'country', in: ['SE', 'NO', 'DK'] },
      split: { salt: 'bench', variants: { off: 50, on: 50 } },
    },
  ];
  const others = Array.from({ length: count - 1 }, (_, index) => ({
    key: `flag-${index}`,
    type: 'boolean',
    variants: { off: false, on: true },
    environments: { [environment]: { enabled: true, defaultVariant: 'off', offVariant: 'off', rules } },
  }));
  const flags = [
    {
      key: 'switch',
      type: 'number',
      variants: { zero: 0, one: 1 },
      environments: { [environment]: { enabled: true, defaultVariant: 'zero', offVariant: 'zero', rules: [] } },
    },
    {
      key: 'tested',
      type: 'string',
      variants: { a: 'a', b: 'b' },
      environments: {
        [environment]: { enabled: true, defaultVariant: 'a', rules: [{ key: 'test', experiment: 'bench' }] },
      },
    },
    ...others,
  ];
  const metrics = [{ key: 'conversion', kind: 'conversion', event: 'purchase' }];
  const experiments = [
    {
      key: 'bench',
      flag: 'tested',
      environment,
      control: 'a',
      variants: { a: 50, b: 50 },
      metrics: { success: ['conversion'] },
      state: 'running',
    },
  ];
  await new Promise((resolve, reject) => {
    client.applyDeclaration(
      { parent: `projects/${project}`, declaration: { version: 1, flags, metrics, experiments }, dryRun: false },
      metadata,
      (error, response) => (error ? reject(error) : resolve(response)),
    );
  });
  client.close();
}
