import { describe, expect, it } from '@jest/globals';

import { withoutAttributes } from './without-attributes.js';

describe('withoutAttributes', () => {
  const json = { email: 'a@b', user: { email: 'a@b', plan: 'pro' }, 'user.email': 'a@b', list: [1] };

  it('leaves out names, nested names and names with dots', () => {
    expect(withoutAttributes(json, ['email', 'user.email', 'list.0', 'none', 'none.at.all'])).toEqual({
      user: { plan: 'pro' },
      list: [1],
    });
  });

  it('leaves out what is nested under a name', () => {
    expect(withoutAttributes(json, ['user'])).toEqual({ email: 'a@b', 'user.email': 'a@b', list: [1] });
  });

  it('does not change what it was given', () => {
    const before = structuredClone(json);

    withoutAttributes(json, ['email', 'user.email']);

    expect(json).toEqual(before);
  });
});
