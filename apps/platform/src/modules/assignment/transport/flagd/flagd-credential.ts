import type { Metadata } from '@grpc/grpc-js';

import { credentialOfCall } from '../../../../runtime/grpc/credential-of-call.js';

/** The parts of a call in which clients of flagd can carry a text of their user's choice. */
export interface FlagdCall {
  readonly request: unknown;
  readonly metadata: Metadata;
  getHost(): string;
}

const KEY_PREFIX = 'sor_';
const KEY_AS_AUTHORITY = /^sor_[a-z]+_[0-9a-f]+_[A-Za-z0-9_-]+/;

/**
 * The API key of a flagd call: the metadata `authorization`, else the selector when it is a key, else the authority.
 * Clients of flagd have no option for a credential; each has at least one of these.
 */
export function credentialOfFlagdCall(call: FlagdCall): string | undefined {
  const selector = selectorOf(call);
  return (
    credentialOfCall(call.metadata) ??
    (selector.startsWith(KEY_PREFIX) ? selector : undefined) ??
    KEY_AS_AUTHORITY.exec(call.getHost())?.[0]
  );
}

/** The flag set that a call asks for; undefined when its selector is empty or the API key. */
export function flagSetOfCall(call: FlagdCall): string | undefined {
  const selector = selectorOf(call);
  if (selector === '' || selector.startsWith(KEY_PREFIX)) return undefined;
  return selector.startsWith('flagSetId=') ? selector.slice('flagSetId='.length) : selector;
}

/** The header goes before the field, as for flagd. */
function selectorOf({ request, metadata }: FlagdCall): string {
  const [header] = metadata.get('flagd-selector');
  if (typeof header === 'string' && header !== '') return header;
  const { selector } = (request ?? {}) as { readonly selector?: unknown };
  return typeof selector === 'string' ? selector : '';
}
