import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';

import { shopState } from '../../testing/shop-snapshot.js';
import { credentialOfFlagdCall, type FlagdCall, flagSetOfCall } from './flagd-credential.js';
import { requireFlagSet } from './flagd-flag-set.js';

const KEY = `sor_server_0123456789ab_${'x'.repeat(43)}`;

function callWith({
  authorization,
  header,
  selector,
  host = 'localhost:50051',
}: {
  readonly authorization?: string;
  readonly header?: string;
  readonly selector?: string;
  readonly host?: string;
}): FlagdCall {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  if (header !== undefined) metadata.set('flagd-selector', header);
  return { request: { selector }, metadata, getHost: () => host };
}

describe('the credential of a flagd call', () => {
  it.each([
    ['the metadata', { authorization: `Bearer ${KEY}`, header: 'shop/production' }],
    ['the selector’s header', { header: KEY }],
    ['the selector’s field', { selector: KEY }],
    ['the authority', { host: KEY }],
    ['the authority with a domain and a port', { host: `${KEY}.flags.example.com:443` }],
  ])('is taken from %s', (_title, parts) => {
    expect(credentialOfFlagdCall(callWith(parts))).toBe(KEY);
  });

  it('is missing when nothing is a key', () => {
    expect(credentialOfFlagdCall(callWith({ header: 'shop/production' }))).toBeUndefined();
  });

  it('is in no message, even when it was mistyped and taken for the name of a flag set', () => {
    const mistyped = callWith({ header: ` ${KEY}` });
    const refuse = (): void => requireFlagSet(mistyped, shopState());

    expect(refuse).toThrow('The selector is neither an API key nor the key\'s own flag set "shop/production".');
    expect(JSON.stringify(caught(refuse))).not.toContain('0123456789ab');
  });

  it('leaves a selector that names a flag set', () => {
    expect(flagSetOfCall(callWith({ header: 'flagSetId=shop/production' }))).toBe('shop/production');
    expect(flagSetOfCall(callWith({ header: KEY, selector: 'shop/production' }))).toBeUndefined();
  });
});

function caught(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
