import { describe, expect, it } from '@jest/globals';

import { changedFlags } from '../delta/changed-flags.js';
import { explain } from '../explain/explain.js';
import { compileSnapshot } from './compile-snapshot.js';

const flag = (key: string, condition?: object): object => ({
  key,
  type: 'boolean',
  variants: [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ],
  enabled: true,
  defaultVariant: 'off',
  rules: condition === undefined ? [] : [{ key: 'rule', condition, serve: { kind: 'variant', variant: 'on' } }],
});

const snapshotOf = (...flags: readonly object[]): object => ({
  format: 1,
  organization: 'acme',
  project: 'shop',
  environment: 'production',
  revision: 1,
  flags,
  segments: [{ key: 'office', condition: { operator: 'acme.office' } }],
  lists: [],
  layers: [],
  holdouts: [],
});

const admitting = { unknownOperators: 'admit' } as const;
const office = { operator: 'acme.office', arguments: { floor: 3 } };

describe('unknown operators', () => {
  it('are refused unless they are admitted', () => {
    expect(() => compileSnapshot(snapshotOf(flag('a', office)))).toThrow('must name an operator that is registered');
  });

  it.each([
    ['of a plugin', office],
    ['of a segment', { segment: 'office' }],
    ['of a later version', { attribute: 'age', between: [1, 2] }],
    ['inside a known condition', { not: { attribute: 'age', between: [1, 2] } }],
    ['that are conditions of their own', { geo: { within: 'SE' } }],
  ])('%s leave the one flag undecided', (_name, condition) => {
    const compiled = compileSnapshot(snapshotOf(flag('a', condition), flag('b')), admitting);

    const decision = compiled.evaluate('a', { age: 1 });

    expect(decision).toMatchObject({ value: undefined, reason: 'ERROR', errorCode: 'GENERAL' });
    expect(decision.errorMessage).toMatch(/needs the operator ".+", which this process lacks/);
    expect(compiled.begin('a', {})).toMatchObject({ kind: 'decided', decision: { errorCode: 'GENERAL' } });
    expect(explain(compiled, 'a', {}).decision.errorCode).toBe('GENERAL');
    expect(compiled.evaluate('b', {})).toMatchObject({ value: false, reason: 'STATIC' });
  });

  it('do not matter where a flag is decided before they are reached', () => {
    const condition = { any: [{ attribute: 'plan', equals: 'pro' }, office] };
    const compiled = compileSnapshot(snapshotOf(flag('a', condition)), admitting);

    expect(compiled.evaluate('a', { plan: 'pro' })).toMatchObject({ value: true });
    expect(compiled.evaluate('a', { plan: 'free' })).toMatchObject({ errorCode: 'GENERAL' });
  });

  it('change a flag when their arguments do', () => {
    const before = compileSnapshot(snapshotOf(flag('a', { attribute: 'age', between: [1, 2] })), admitting);
    const after = compileSnapshot(snapshotOf(flag('a', { attribute: 'age', between: [1, 3] })), admitting);

    expect(changedFlags(before, after)).toEqual(['a']);
  });

  it('are no excuse for what is wrong otherwise', () => {
    const wrong = flag('a', { attribute: 'age', atLeast: 'ten' });

    expect(() => compileSnapshot(snapshotOf(wrong), admitting)).toThrow('finite number');
  });
});
