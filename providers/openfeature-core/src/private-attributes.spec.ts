import { describe, expect, it } from '@jest/globals';

import { privateAttributes, withoutPrivate } from './private-attributes.js';

describe('privateAttributes', () => {
  it('are the paths and everything below them', () => {
    const isPrivate = privateAttributes(['user', 'company.id']);

    const paths = ['user', 'user.id', 'user.address.city', 'username', 'company', 'company.id', 'company.ident'];
    expect(paths.filter(isPrivate)).toEqual(['user', 'user.id', 'user.address.city', 'company.id']);
  });
});

describe('withoutPrivate', () => {
  const json = { email: 'a@b', user: { email: 'a@b', plan: 'pro' }, 'user.email': 'a@b', list: [1] };

  function without(...paths: readonly string[]): Record<string, unknown> {
    return withoutPrivate(json, privateAttributes(paths));
  }

  it('leaves out names, nested names and names with dots', () => {
    expect(without('email', 'user.email', 'list.0', 'none', 'none.at.all')).toEqual({
      user: { plan: 'pro' },
      list: [1],
    });
  });

  it('leaves out what is below a name, also by a name with dots', () => {
    expect(without('user')).toEqual({ email: 'a@b', list: [1] });
  });

  it('does not change what it was given', () => {
    const before = structuredClone(json);

    without('email', 'user.email');

    expect(json).toEqual(before);
  });
});
