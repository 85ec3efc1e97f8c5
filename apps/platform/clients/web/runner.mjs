/**
 * Evaluates flags with OpenFeature's providers for browsers, in Node, which has all that they need but `EventSource`. The
 * README beside this folder has the protocol.
 */
import { FlagdWebProvider } from '@openfeature/flagd-web-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { SortitionWebProvider } from '@sortition/openfeature-web';
import { EventSource } from 'eventsource';

import { serveRequests } from '../lines.mjs';

globalThis.EventSource = EventSource;
// A page goes on after a rejection that nobody handles; flagd's provider leaves one when the platform goes away.
process.on('unhandledRejection', () => undefined);

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
      state: { client, events, session, context: '{}' },
      ready: OpenFeature.setProviderAndWait(session, providerOf(asked), {}),
    };
  },
  async evaluate(state, { flag, type, default: fallback, context }) {
    await useContext(state, context);
    return state.client[READ[type]](flag, fallback);
  },
  async track(state, { name, value, context }) {
    await useContext(state, context);
    state.client.track(name, { value });
  },
  close: () => OpenFeature.close(),
});

/** A page has one context; it is given to the provider when it changes. */
async function useContext(state, context) {
  const text = JSON.stringify(context);
  if (state.context === text) return;
  // flagd's provider reads the global context only.
  await OpenFeature.setContext(context);
  await OpenFeature.setContext(state.session, context);
  state.context = text;
}

function providerOf({ protocol, host, httpPort, key }) {
  const url = `http://${host}:${httpPort}`;
  switch (protocol) {
    case 'ofrep':
      return new OFREPWebProvider({
        baseUrl: url,
        headers: [['Authorization', `Bearer ${key}`]],
        cacheMode: 'disabled',
      });
    case 'flagd':
      return new FlagdWebProvider({
        host,
        port: httpPort,
        tls: false,
        interceptors: [
          (next) => (request) => {
            request.header.set('authorization', `Bearer ${key}`);
            return next(request);
          },
        ],
      });
    case 'sortition':
      return new SortitionWebProvider({ url, apiKey: key });
    default:
      throw new Error(`No protocol "${protocol}".`);
  }
}
