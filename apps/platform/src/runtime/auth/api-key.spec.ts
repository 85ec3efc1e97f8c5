import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import { createApiKey, parseApiKey, secretMatches } from './api-key.js';

describe('API keys', () => {
  it('come apart into the parts they were made of', () => {
    const key = createApiKey('server');

    const parsed = parseApiKey(key.credential);

    expect(parsed).toMatchObject({ kind: 'server', selector: key.selector });
    expect(secretMatches(parsed.secret, key.secretHash)).toBe(true);
  });

  it('differ every time', () => {
    expect(createApiKey('client').credential).not.toBe(createApiKey('client').credential);
  });

  it('do not match the hash of another key', () => {
    const other = createApiKey('server');

    expect(secretMatches(parseApiKey(createApiKey('server').credential).secret, other.secretHash)).toBe(false);
  });

  it.each(['', 'sor_server', 'sor_root_0123456789ab_x', `sor_server_0123456789ab_${'x'.repeat(44)}`, 'Bearer x'])(
    'refuse the malformed credential %j without repeating it',
    (credential) => {
      const parse = (): unknown => parseApiKey(credential);

      expect(parse).toThrow(DomainError);
      expect(parse).toThrow(expect.objectContaining({ code: 'MALFORMED_API_KEY' }));
      if (credential.length > 12) expect(parse).not.toThrow(credential);
    },
  );
});
