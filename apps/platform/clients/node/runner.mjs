/** Evaluates flags with OpenFeature's providers for Node; the README beside this folder has the protocol. */
import { FlagdProvider } from '@openfeature/flagd-provider';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';

import { serveRequests } from '../lines.mjs';

const READ = {
  boolean: 'getBooleanDetails',
  string: 'getStringDetails',
  integer: 'getNumberDetails',
  double: 'getNumberDetails',
  object: 'getObjectDetails',
};

await serveRequests({
  async open({ session, ...asked }) {
    const client = OpenFeature.getClient(session);
    const events = [];
    for (const event of Object.values(ProviderEvents)) client.addHandler(event, () => events.push(event));
    return {
      state: { client, events },
      ready: OpenFeature.setProviderAndWait(session, providerOf(asked)),
    };
  },
  async evaluate({ client }, { flag, type, default: fallback, context }) {
    return client[READ[type]](flag, fallback, context);
  },
  track({ client }, { name, value, context }) {
    client.track(name, context, { value });
  },
  close: () => OpenFeature.close(),
});

function providerOf({ protocol, host, grpcPort, httpPort, key }) {
  const flagd = { host, port: grpcPort, tls: false, defaultAuthority: key, deadlineMs: 5_000 };
  const fatalStatusCodes = ['UNAUTHENTICATED'];
  switch (protocol) {
    case 'ofrep':
      return new OFREPProvider({
        baseUrl: `http://${host}:${httpPort}`,
        headers: [['Authorization', `Bearer ${key}`]],
      });
    case 'flagd':
      return new FlagdProvider({ ...flagd, fatalStatusCodes });
    case 'flagd-in-process':
      return new FlagdProvider({ ...flagd, fatalStatusCodes, resolverType: 'in-process' });
    case 'sortition':
      return new SortitionProvider({ address: `${host}:${grpcPort}`, apiKey: key });
    default:
      throw new Error(`No protocol "${protocol}".`);
  }
}
