/**
 * The platform in a process of its own, to be killed. Argument: its options as JSON; with `clockShiftMs` its clock is
 * ahead of the machine's. Prints one line of JSON when it serves, and its use of memory in another for each line that
 * it reads; ends with its standard input.
 */
const { clockShiftMs = 0, logLevel = 'fatal', ...options } = JSON.parse(process.argv[2]);
const machineNow = Date.now;
Date.now = () => machineNow() + clockShiftMs;

const { ALL_ROLES, createLogger, startPlatform } = await import('../../dist/index.js');
const platform = await startPlatform({
  roles: ALL_ROLES,
  host: '127.0.0.1',
  grpcPort: 0,
  httpPort: 0,
  databaseUrl: undefined,
  allowedOrigins: [],
  otlpEndpoint: undefined,
  logger: createLogger({ level: logLevel }),
  ...options,
});
console.log(JSON.stringify({ grpc: platform.grpcAddress, http: platform.httpUrl, starter: platform.starter }));

process.stdin.on('data', () => console.log(JSON.stringify(process.memoryUsage())));
process.stdin.once('end', async () => {
  await platform.close();
  process.exit(0);
});
