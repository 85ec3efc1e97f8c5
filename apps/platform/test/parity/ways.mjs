/**
 * The ways to get a decision. Each opens to `decide(context)`, which gives for every flag of the way either its variant
 * (undefined: the application's default applies) or an error.
 */
import { Buffer } from 'node:buffer';

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { FlagdProvider } from '@openfeature/flagd-provider';
import { flagdEvaluationV2, interoperability } from '@sortition/contracts';
import { SortitionProvider } from '@sortition/openfeature-server';
import { SortitionWebProvider } from '@sortition/openfeature-web';

import { CLIENT_KEY, SERVER_KEY } from './running-platform.mjs';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const NO_DEFAULT = { boolean: false, string: '', number: 0, object: {} };
const METHOD = {
  boolean: 'resolveBooleanEvaluation',
  string: 'resolveStringEvaluation',
  number: 'resolveNumberEvaluation',
  object: 'resolveObjectEvaluation',
};

export const WAYS = [
  { name: 'server provider, in process', open: (platform, flags) => serverProvider(platform, flags, 'in-process') },
  { name: 'server provider, remote', open: (platform, flags) => serverProvider(platform, flags, 'remote') },
  { name: 'web provider', open: webProvider },
  { name: 'OFREP', open: ofrep },
  { name: 'flagd, remote', open: flagdRemote },
  { name: 'flagd, in process', open: flagdInProcess },
];

async function serverProvider({ grpcAddress }, flags, mode) {
  const provider = new SortitionProvider({ address: grpcAddress, apiKey: SERVER_KEY, mode, requestTimeoutMs: 60_000 });
  await provider.initialize({});
  return fromProvider(provider, flags, () => provider.onClose());
}

async function webProvider({ httpUrl }, flags) {
  const provider = new SortitionWebProvider({
    url: httpUrl,
    apiKey: CLIENT_KEY,
    push: false,
    timeoutMs: 60_000,
  });
  let current = {};
  await provider.initialize(current);
  const visible = flags.filter(({ clientVisible }) => clientVisible === true);
  const read = fromProvider(provider, visible, () => provider.onClose());
  return {
    ...read,
    isSequential: true,
    async decide(context) {
      await provider.onContextChange(current, context);
      current = context;
      return read.decide(context);
    },
  };
}

async function ofrep({ httpUrl }, flags) {
  return {
    flags,
    async decide(context) {
      const response = await globalThis.fetch(`${httpUrl}/ofrep/v1/evaluate/flags`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${SERVER_KEY}` },
        body: JSON.stringify({ context }),
      });
      if (!response.ok) throw new Error(`OFREP answers ${response.status}: ${await response.text()}`);
      const body = await response.json();
      return new Map(body.flags.map(({ key, variant, errorCode }) => [key, { variant, error: errorCode }]));
    },
    close: async () => undefined,
  };
}

async function flagdRemote({ grpcAddress }, flags) {
  const { ResolveAllRequest, ResolveAllResponse } = flagdEvaluationV2;
  const client = new Client(grpcAddress, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.default_authority': SERVER_KEY,
  });
  const encode = (message) => Buffer.from(ResolveAllRequest.encode(message).finish());
  return {
    flags,
    // A flag without an answer is one that could not be evaluated.
    missing: { variant: undefined, error: 'NO_ANSWER' },
    async decide(context) {
      const { flags: answers } = await unary(
        client,
        '/flagd.evaluation.v2.Service/ResolveAll',
        encode,
        (bytes) => ResolveAllResponse.decode(bytes),
        { context },
      );
      return new Map(Object.entries(answers).map(([key, { variant }]) => [key, { variant, error: undefined }]));
    },
    close: async () => client.close(),
  };
}

async function flagdInProcess({ grpcAddress }, flags) {
  const leftOut = await leftOutFlags(grpcAddress);
  const [host, port] = grpcAddress.split(':');
  const provider = new FlagdProvider(
    {
      host,
      port: Number(port),
      tls: false,
      resolverType: 'in-process',
      defaultAuthority: SERVER_KEY,
      deadlineMs: 30_000,
    },
    silent,
  );
  await provider.initialize();
  const translated = flags.filter(({ key }) => !leftOut.has(key));
  return { ...fromProvider(provider, translated, () => provider.onClose()), leftOut: leftOut.size };
}

async function leftOutFlags(grpcAddress) {
  const { GetFlagdTranslationRequest, GetFlagdTranslationResponse } = interoperability;
  const client = new Client(grpcAddress, credentials.createInsecure());
  const { leftOut } = await unary(
    client,
    '/sortition.assignment.v1.InteroperabilityService/GetFlagdTranslation',
    (message) => Buffer.from(GetFlagdTranslationRequest.encode(message).finish()),
    (bytes) => GetFlagdTranslationResponse.decode(bytes),
    { environment: '' },
  );
  client.close();
  return new Set(leftOut.map(({ flag }) => flag));
}

/** Reads each flag through an OpenFeature provider. */
function fromProvider(provider, flags, close) {
  return {
    flags,
    async decide(context) {
      const read = async ({ key, type }) => {
        try {
          const { variant, errorCode, errorMessage } = await provider[METHOD[type]](
            key,
            NO_DEFAULT[type],
            context,
            silent,
          );
          return [key, { variant, error: errorCode, message: errorMessage }];
        } catch (error) {
          return [key, { variant: undefined, error: error.code ?? 'GENERAL', message: error.message }];
        }
      };
      return new Map(await Promise.all(flags.map(read)));
    },
    close,
  };
}

function unary(client, path, encode, decode, message) {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${SERVER_KEY}`);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, encode, decode, message, metadata, (error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}
