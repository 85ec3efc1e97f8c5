/** The platform with one flag, in a process of its own. Prints one line when it serves; ends with its standard input. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { credentials, Metadata } from '@grpc/grpc-js';
import { adminDeclarations } from '@sortition/contracts';

import { ALL_ROLES, createLogger, startPlatform } from '../../dist/index.js';

const dataDirectory = await mkdtemp(join(tmpdir(), 'sortition-bench-'));
const platform = await startPlatform({
  roles: ALL_ROLES,
  host: '127.0.0.1',
  grpcPort: 0,
  httpPort: 0,
  dataDirectory,
  databaseUrl: undefined,
  allowedOrigins: [],
  otlpEndpoint: undefined,
  logger: createLogger({ level: 'silent' }),
});
await declare(platform.starter);
console.log(
  JSON.stringify({
    address: platform.grpcAddress,
    http: platform.httpUrl,
    credential: platform.starter.keys.server,
  }),
);

process.stdin.resume();
process.stdin.on('end', async () => {
  await platform.close();
  await rm(dataDirectory, { recursive: true, force: true });
  process.exit(0);
});

async function declare({ project, environment, keys }) {
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
  const configuration = { enabled: true, defaultVariant: 'off', offVariant: 'off', rules };
  const flags = [
    {
      key: 'checkout',
      type: 'boolean',
      variants: { off: false, on: true },
      environments: { [environment]: configuration },
    },
  ];
  await new Promise((resolve, reject) => {
    client.applyDeclaration(
      { parent: `projects/${project}`, declaration: { version: 1, flags }, dryRun: false },
      metadata,
      (error, response) => (error ? reject(error) : resolve(response)),
    );
  });
  client.close();
}
