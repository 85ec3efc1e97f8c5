import { describe, expect, it } from '@jest/globals';

import { toJson } from './to-json.js';

describe('toJson', () => {
  it('writes dates as RFC 3339 and keeps JSON as it is', () => {
    const value = { at: new Date('2026-01-02T03:04:05Z'), list: [1, 'a', null, { deep: true }] };

    expect(toJson(value)).toEqual({ at: '2026-01-02T03:04:05.000Z', list: [1, 'a', null, { deep: true }] });
  });

  it('replaces what JSON cannot carry', () => {
    const value = { nan: NaN, never: new Date(NaN), call: () => 1, none: undefined, big: 7n, list: [undefined] };

    expect(toJson(value)).toEqual({ nan: null, never: null, big: '7', list: [null] });
  });

  it('ends on a value that contains itself', () => {
    const value: Record<string, unknown> = { name: 'a' };
    value['self'] = value;

    expect(JSON.stringify(toJson(value)).length).toBeLessThan(2_000);
  });

  it('does not let a property replace the prototype', () => {
    const copy = toJson(JSON.parse('{"__proto__":{"admin":true}}')) as { admin?: boolean };

    expect(copy.admin).toBeUndefined();
  });
});
