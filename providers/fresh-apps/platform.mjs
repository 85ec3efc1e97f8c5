import { credentials, Metadata } from '@grpc/grpc-js';
import { adminDeclarations } from '@sortition/contracts';
import { ALL_ROLES, createLogger, startPlatform } from '@sortition/platform';

/** Starts the platform on any free ports, with the flag that the applications read. */
export async function startFreshPlatform(dataDirectory) {
  const platform = await startPlatform({
    roles: ALL_ROLES,
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
    dataDirectory,
    databaseUrl: undefined,
    allowedOrigins: ['*'],
    otlpEndpoint: undefined,
    logger: createLogger({ level: 'silent' }),
  });
  const { project, environment, keys } = platform.starter;
  await declare(platform.grpcAddress, keys.admin, project, {
    key: 'fast-checkout',
    type: 'boolean',
    variants: { off: false, on: true },
    clientVisible: true,
    environments: {
      [environment]: {
        enabled: true,
        defaultVariant: 'off',
        offVariant: 'off',
        rules: [{ key: 'sweden', condition: { attribute: 'country', equals: 'SE' }, variant: 'on' }],
      },
    },
  });
  return {
    grpcAddress: platform.grpcAddress,
    httpUrl: platform.httpUrl,
    serverKey: keys.server,
    clientKey: keys.client,
    stop: () => platform.close(),
  };
}

function declare(address, adminKey, project, flag) {
  const client = new adminDeclarations.DeclarationServiceClient(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${adminKey}`);
  const request = { parent: `projects/${project}`, declaration: { version: 1, flags: [flag] }, dryRun: false };
  return new Promise((resolve, reject) => {
    client.applyDeclaration(request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  }).finally(() => client.close());
}
