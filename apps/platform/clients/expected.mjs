/** What an application should see: the decisions of this project's provider, by the type that it reads. */
import { OpenFeature } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';

import { READ_AS } from './flags.mjs';

const DOMAIN = 'expected';
const METHOD = {
  boolean: 'getBooleanDetails',
  string: 'getStringDetails',
  integer: 'getNumberDetails',
  double: 'getNumberDetails',
  object: 'getObjectDetails',
};

export async function expectedResults({ grpc, key, evaluations }) {
  const provider = new SortitionProvider({ address: grpc, apiKey: key });
  await OpenFeature.setProviderAndWait(DOMAIN, provider);
  const client = OpenFeature.getClient(DOMAIN);
  const results = [];
  for (const { flag, type, default: fallback, context } of evaluations) {
    const details = await client[METHOD[type]](flag, fallback, context);
    // A fraction is no integer. An integer read as a double is the same number.
    const isFraction = type === 'integer' && READ_AS.get(flag) === 'double';
    results.push(
      isFraction
        ? { value: fallback, reason: 'ERROR', errorCode: 'TYPE_MISMATCH', isFraction }
        : { value: details.value, reason: details.reason, errorCode: details.errorCode },
    );
  }
  await OpenFeature.clearProviders();
  return results;
}
