/**
 * The platform in a process of its own, to be killed. Argument: its options as JSON. Prints one line of JSON when it
 * serves; ends with its standard input.
 */
import { ALL_ROLES, createLogger, startPlatform } from '../../dist/index.js';

const given = JSON.parse(process.argv[2]);
const platform = await startPlatform({
  roles: ALL_ROLES,
  host: '127.0.0.1',
  grpcPort: 0,
  httpPort: 0,
  databaseUrl: undefined,
  allowedOrigins: [],
  otlpEndpoint: undefined,
  logger: createLogger({ level: given.logLevel ?? 'fatal' }),
  ...given,
});
console.log(JSON.stringify({ grpc: platform.grpcAddress, http: platform.httpUrl, starter: platform.starter }));

process.stdin.resume();
process.stdin.once('end', async () => {
  await platform.close();
  process.exit(0);
});
