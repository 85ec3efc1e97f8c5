import { describe, expect, it } from '@jest/globals';

import { formatName, NAME_FORMS, parseName, requireKey, type NameForm } from './resource-name.js';

describe('resource names', () => {
  it('takes a name apart', () => {
    expect(parseName('flagConfiguration', 'projects/shop/environments/production/flags/checkout-button')).toEqual({
      project: 'shop',
      environment: 'production',
      key: 'checkout-button',
    });
  });

  it.each(Object.keys(NAME_FORMS) as NameForm[])('writes the form of a %s as it was read', (form) => {
    const name = NAME_FORMS[form].replaceAll(/\{(\w+)\}/g, 'some-key.1');

    expect(formatName(form, parseName(form, name))).toBe(name);
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
    expect(() => parseName('flag', name, 'flag.name')).toThrow(
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
