import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, credentials, Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';

import { ALL_ROLES, createLogger, type Platform, type PlatformOptions, startPlatform } from '../src/index.js';

const CALL_DEADLINE_MS = 10_000;

export interface RunningPlatform {
  readonly platform: Platform;
  readonly client: Client;
  stop(): Promise<void>;
}

/** Starts the whole platform in this process, on the given database and a temporary data directory. */
export async function runPlatform(
  databaseUrl: string,
  overrides: Partial<PlatformOptions> = {},
): Promise<RunningPlatform> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'sortition-platform-'));
  const platform = await startPlatform({
    roles: ALL_ROLES,
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
    dataDirectory,
    databaseUrl,
    allowedOrigins: [],
    otlpEndpoint: undefined,
    logger: createLogger({ level: 'silent' }),
    ...overrides,
  });
  const client = new Client(platform.grpcAddress, credentials.createInsecure());
  return {
    platform,
    client,
    async stop() {
      client.close();
      await platform.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** What a call came to: an answer, or a status with its stable reason and violated fields. */
export type Outcome<T> =
  | { readonly response: T }
  | { readonly code: number; readonly reason: string; readonly message: string; readonly fields: readonly string[] };

/** Calls a unary RPC, or a server stream until its first message. */
export async function call<Request, Response>(
  { client }: RunningPlatform,
  method: Pick<
    MethodDefinition<Request, Response>,
    'path' | 'responseStream' | 'requestSerialize' | 'responseDeserialize'
  >,
  request: Request,
  credential: string | undefined,
): Promise<Outcome<Response>> {
  const metadata = new Metadata();
  if (credential !== undefined) metadata.set('authorization', `Bearer ${credential}`);
  const options = { deadline: Date.now() + CALL_DEADLINE_MS };
  const { path, requestSerialize, responseDeserialize } = method;
  return new Promise((resolve) => {
    if (method.responseStream) {
      const stream = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
      );
      stream.once('data', (response: Response) => {
        resolve({ response });
        stream.cancel();
      });
      stream.on('error', (error: ServiceError) => {
        resolve(outcomeOf(error));
      });
      return;
    }
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      options,
      (error, response) => {
        resolve(error ? outcomeOf(error) : { response: response as Response });
      },
    );
  });
}

function outcomeOf(error: ServiceError): Outcome<never> {
  const [trailer] = error.metadata.get('grpc-status-details-bin');
  const details = trailer === undefined ? [] : rpcStatus.Status.decode(trailer as Buffer).details;
  const [info] = details.filter(({ typeUrl }) => typeUrl.endsWith('google.rpc.ErrorInfo'));
  const [bad] = details.filter(({ typeUrl }) => typeUrl.endsWith('google.rpc.BadRequest'));
  return {
    code: error.code,
    reason: info ? rpcErrorDetails.ErrorInfo.decode(info.value).reason : '',
    message: error.details,
    fields: bad ? rpcErrorDetails.BadRequest.decode(bad.value).fieldViolations.map(({ field }) => field) : [],
  };
}
