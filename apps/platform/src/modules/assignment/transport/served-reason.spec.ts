import { describe, expect, it } from '@jest/globals';
import type { Flag } from '@sortition/evaluation';
import { finished } from '@sortition/kernel';

import { compileStandard } from '../testing/compile-standard.js';
import { EnvironmentState } from '../domain/environment-state.js';
import { banner, shop, theme } from '../testing/shop-snapshot.js';
import { anyFlag, flagdAnswer } from './flagd/flagd-answer.js';
import { ofrepItem } from './http/ofrep-item.js';

const needsBanner: Flag = { ...banner, key: 'needy', prerequisites: [{ flag: 'banner', variants: ['off'] }] };
const flags: readonly Flag[] = [
  banner,
  { ...theme, key: 'off-variant', offVariant: 'dark' },
  { ...theme, key: 'no-off-variant' },
  { ...needsBanner, key: 'unmet', offVariant: 'off' },
  { ...needsBanner, key: 'unmet-no-off-variant' },
];
const state = new EnvironmentState(finished(compileStandard({ ...shop, flags })), 'hash');

describe.each([
  ['off-variant', 'dark'],
  ['unmet', 'off'],
  ['no-off-variant', undefined],
  ['unmet-no-off-variant', undefined],
])('the reason of the flag "%s"', (key, variant) => {
  const decision = state.compiled.evaluate(key, {}, { now: 0 });
  const expected = { reason: variant === undefined ? 'DISABLED' : 'DEFAULT', variant };

  it('is DISABLED only without a value, over OFREP and flagd', () => {
    const type = key.startsWith('unmet') ? 'boolean' : 'object';

    expect(decision).toMatchObject({ reason: 'DISABLED' });
    expect(ofrepItem(key, decision)).toMatchObject(variant === undefined ? { reason: 'DISABLED' } : expected);
    expect(flagdAnswer(state, key, decision, type)).toMatchObject(expected);
    expect(anyFlag(decision)).toMatchObject(expected);
  });

  it('comes without a value exactly when it is DISABLED', () => {
    expect('value' in ofrepItem(key, decision)).toBe(variant !== undefined);
  });
});
