import { describe, expect, it } from '@jest/globals';

import { addressOf, nameFormOf, nameOf } from './kind-words.js';
import { requireKey } from './resource-name.js';
import { RESOURCE_KINDS } from './resource-types.js';

describe('resource names', () => {
  it('takes a name apart', () => {
    expect(addressOf('flagConfiguration', 'projects/shop/environments/production/flags/checkout-button')).toEqual({
      kind: 'flagConfiguration',
      project: 'shop',
      environment: 'production',
      key: 'checkout-button',
    });
  });

  it.each(RESOURCE_KINDS)('writes the form of a %s as it was read', (kind) => {
    const name = nameFormOf(kind).replaceAll(/\{(\w+)\}/g, 'some-key.1');

    expect(nameOf(addressOf(kind, name))).toBe(name);
  });

  it.each([
    '',
    'projects',
    'projects/',
    'projects/shop/flags',
    'projects/shop/flags/a/b',
    'projects/shop/segments/a',
    'projects/shop/flags/Big',
    'projects/shop/flags/é',
  ])('refuses %j as the name of a flag, naming field and value', (name) => {
    expect(() => addressOf('flag', name, 'flag.name')).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(JSON.stringify(name)),
        violations: [expect.objectContaining({ field: 'flag.name' })],
      }),
    );
  });

  it('refuses a key of 101 characters', () => {
    expect(requireKey('k'.repeat(100), 'flag_id')).toHaveLength(100);
    expect(() => requireKey('k'.repeat(101), 'flag_id')).toThrow(/^flag_id must be 1 to 100/);
  });
});
