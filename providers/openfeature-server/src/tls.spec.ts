import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';

import { SortitionProvider } from './sortition-provider.js';
import type { SortitionProviderOptions } from './provider-options.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

const names = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
] as const;

let platform: ScriptedPlatform;
let certificateAuthority: string;
let certificate: string;
let privateKey: string;

beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [...names] }],
  });
  certificateAuthority = cert;
  certificate = cert;
  privateKey = key;
  platform = await ScriptedPlatform.start(shopSnapshot(), { certificate: cert, privateKey: key });
});

afterAll(() => platform.stop());

/** What a provider with these options evaluates the flag "boolean" to, or why it does not start. */
async function outcome(options: Partial<SortitionProviderOptions>): Promise<unknown> {
  const given = { address: platform.address, apiKey: 'sor_server_x', initTimeoutMs: 1_000 };
  const provider = new SortitionProvider({ ...given, ...options });
  try {
    await provider.initialize();
    return (await provider.resolveBooleanEvaluation('boolean', false, {})).value;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await provider.onClose();
  }
}

describe('TLS', () => {
  it('trusts the authority that it is given', async () => {
    await expect(outcome({ tls: { certificateAuthority } })).resolves.toBe(true);
  });

  it('shows its own certificate to a platform that asks for one', async () => {
    const asking = await ScriptedPlatform.start(shopSnapshot(), {
      certificate,
      privateKey,
      clientAuthority: certificate,
    });
    const address = asking.address;

    const shown = await outcome({ address, tls: { certificateAuthority, certificate, privateKey } });
    const hidden = await outcome({ address, tls: { certificateAuthority } });
    await asking.stop();

    expect(shown).toBe(true);
    expect(hidden).toMatch(/No state from/);
  });

  it('applies to remote mode', async () => {
    const provider = new SortitionProvider({
      address: `https://${platform.address}`,
      apiKey: 'sor_server_x',
      mode: 'remote',
      tls: { certificateAuthority },
    });
    await provider.initialize();
    const details = await provider.resolveBooleanEvaluation('none', false, {});
    await provider.onClose();

    expect(details).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  });

  it('trusts nobody else', async () => {
    await expect(outcome({ address: `https://${platform.address}` })).resolves.toMatch(/No state from .*certificate/);
  });

  it('does not talk plain text to it', async () => {
    await expect(outcome({ tls: false })).resolves.toMatch(/No state from/);
  });
});
