import { describe, expect, it } from '@jest/globals';
import { FlagdCore } from '@openfeature/flagd-core';
import {
  CBOR_PROGRAM,
  compileSnapshot,
  type CompiledSnapshot,
  type Flag,
  type Rule,
  type Snapshot,
} from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';
import fc from 'fast-check';

import { arbitraryEnvironment, arbitraryJsonContext } from '../../testing/arbitrary-environment.js';
import { shop } from '../../testing/shop-snapshot.js';
import { flagdSchemaErrors } from '../../testing/flagd-schema-errors.js';
import { translateEnvironment } from './translate-environment.js';

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

const compile = (snapshot: Snapshot): CompiledSnapshot => compileSnapshot(snapshot, { operators: standardOperators });

function coreOf(json: string): FlagdCore {
  const core = new FlagdCore(undefined, silent);
  core.setConfigurations(json);
  return core;
}

/** How flagd decides compared with this engine: nothing when it is the same. */
function difference(compiled: CompiledSnapshot, core: FlagdCore, key: string, context: object): string | undefined {
  const { type } = compiled.flag(key) as Flag;
  const expected = compiled.evaluate(key, context, { now: Date.now() });
  const actual = core.resolve(type, key, 'default of the application' as never, context as never, silent);
  if (actual.errorMessage?.includes('$VERSION_NOT_COMPARABLE') === true) {
    const isIncomparable = (value: unknown): boolean => Array.isArray(value) || /^v\d/.test(String(value));
    return Object.values(context).some(isIncomparable) ? undefined : 'undecided without a reason';
  }
  if (actual.errorMessage?.includes('$UNIT_HASHED_OTHERWISE') === true) {
    return Object.values(context).some((unit) => /[^\0-~]|^.{65}/u.test(String(unit))) ? undefined : 'refused a unit';
  }
  const isSame =
    expected.errorCode === undefined
      ? actual.errorCode === undefined && actual.variant === expected.variant
      : actual.reason === 'ERROR';
  const hasSameValue =
    expected.variant === undefined || JSON.stringify(actual.value) === JSON.stringify(expected.value);
  return isSame && hasSameValue ? undefined : JSON.stringify({ key, expected, actual });
}

const withRule = (rule: Partial<Rule>): Snapshot => ({
  ...shop,
  flags: [
    {
      key: 'f',
      type: 'boolean',
      variants: [
        { key: 'on', value: true },
        { key: 'off', value: false },
      ],
      enabled: true,
      defaultVariant: 'off',
      rules: [{ key: 'r', serve: { kind: 'variant', variant: 'on' }, ...rule }],
    },
  ],
});

const targetingOf = (json: string): unknown =>
  (JSON.parse(json) as { readonly flags: { readonly f: { readonly targeting: unknown } } }).flags.f.targeting;

const reasonsOf = (snapshot: Snapshot): readonly string[] =>
  translateEnvironment(compile(snapshot), 'shop/production').leftOut.flatMap(({ reasons }) =>
    reasons.map(({ path, code }) => `${path}: ${code}`),
  );

describe('an environment in flagd’s form', () => {
  it('is decided by flagd exactly as here, for every flag that is not left out', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        arbitraryEnvironment(6, 1),
        fc.array(arbitraryJsonContext, { minLength: 6, maxLength: 6 }),
        (snapshot, contexts) => {
          const compiled = compile(snapshot);
          const { json, leftOut } = translateEnvironment(compiled, 'shop/production');
          expect(flagdSchemaErrors(json)).toEqual([]);
          // The evaluator for Python refuses all flags where a condition that is referred to has an escape.
          const { $evaluators = {} } = JSON.parse(json) as { readonly $evaluators?: object };
          expect(
            Object.values($evaluators)
              .map((each) => JSON.stringify(each))
              .join(''),
          ).toMatch(/^[ -[\]-~]*$/);
          const core = coreOf(json);
          const isLeftOut = new Set(leftOut.map(({ flag }) => flag));
          for (const key of compiled.flagKeys().filter((each) => !isLeftOut.has(each))) {
            for (const context of contexts) {
              compared += 1;
              const found = difference(compiled, core, key, context);
              if (found !== undefined)
                throw new Error(`${found} ${JSON.stringify(context)} ${JSON.stringify(core.getFlag(key))}`);
            }
          }
        },
      ),
      { numRuns: Number(process.env['FLAGD_RUNS'] ?? 40) },
    );

    expect(compared).toBeGreaterThan(400);
  });

  it('has the flags, the set and nothing that changes with every revision', () => {
    const { json } = translateEnvironment(compile(shop), 'shop/production');
    const next = translateEnvironment(compile({ ...shop, revision: 2 }), 'shop/production');

    expect(JSON.parse(json)).toMatchObject({
      flags: {
        banner: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
        theme: { state: 'DISABLED' },
      },
      metadata: { flagSetId: 'shop/production' },
    });
    expect(next.json).toBe(json);
  });

  it('names no default variant with empty text, which evaluators in every language read', () => {
    const split = { salt: 'halves', allocations: [{ variant: 'on', weight: 500_000 }] };
    const snapshot = withRule({ serve: { kind: 'split', split } });
    const flags = snapshot.flags.map(({ defaultVariant: _none, ...flag }) => flag);
    const { json } = translateEnvironment(compile({ ...snapshot, flags }), 'shop/production');

    expect(json).toContain('"defaultVariant":""');
    expect(coreOf(json).resolve('boolean', 'f', true, { targetingKey: 'user-2' })).toMatchObject({
      reason: 'DEFAULT',
      value: true,
    });
  });

  it('makes no text of a missing attribute, at which some evaluators fail', () => {
    const { json } = translateEnvironment(
      compile(withRule({ condition: { attribute: 'email', endsWith: '@acme.example' } })),
      'shop/production',
    );

    expect(json).toContain(
      '{"and":[{"!==":[{"var":""},null]},{"and":[{"!==":[{"var":""},true]},{"!==":[{"var":""},false]}]},{"===":[{"cat":[{"var":""}]},',
    );
  });

  it.each([
    ['1.4.0', 'on'],
    ['v1.4.0', 'on'],
    [' 1.4.0 ', 'on'],
    ['1.5.0-beta', 'on'],
    ['1.4', 'off'],
    ['v1.4', 'off'],
    ['1.5-beta', 'off'],
    ['v1.5+7', 'off'],
    ['V1.4.0', 'off'],
    ['vv1.4.0', 'off'],
    ['v 1.4.0', 'off'],
    ['1.4.0.0', 'off'],
  ])('decides the version %j as the platform does', (version, variant) => {
    const compiled = compile(withRule({ condition: { attribute: 'version', semver: '>=1.4.0' } }));
    const core = coreOf(translateEnvironment(compiled, 'shop/production').json);

    expect(core.resolve('boolean', 'f', false, { version })).toMatchObject({ variant });
    expect(compiled.evaluate('f', { version }, { now: 0 })).toMatchObject({ variant });
  });

  it('divides by CBOR only where the evaluator does, and never by both', () => {
    const split = (program?: typeof CBOR_PROGRAM): Rule['serve'] => ({
      kind: 'split',
      split: { ...(program && { program }), salt: 'halves', allocations: [{ variant: 'on', weight: 1_000_000 }] },
    });
    const { json } = translateEnvironment(compile(withRule({ serve: split(CBOR_PROGRAM) })), 'shop/production');
    const mixed: Snapshot = {
      ...shop,
      flags: withRule({ serve: split(CBOR_PROGRAM) }).flags.map((flag) => ({
        ...flag,
        rules: [...flag.rules, { key: 'native', serve: split() }],
      })),
    };

    expect(flagdSchemaErrors(json)).toEqual([]);
    expect(coreOf(json).resolve('boolean', 'f', false, { targetingKey: 'user-1' })).toMatchObject({
      reason: 'ERROR',
      errorMessage: expect.stringContaining('$OTHER_VERSION_OF_FRACTIONAL'),
    });
    expect(reasonsOf(mixed)).toEqual([': BUCKETING_PROGRAM']);
  });

  it('is refused by evaluators whose fractional is another one', () => {
    const split = { salt: 'halves', allocations: [{ variant: 'on', weight: 1_000_000 }] };
    const { json } = translateEnvironment(compile(withRule({ serve: { kind: 'split', split } })), 'shop/production');
    const other = json.replace('["alike",50],["other",50]', '["other",50],["alike",50]');

    const context = { targetingKey: 'user-1' };
    expect(coreOf(json).resolve('boolean', 'f', false, context)).toMatchObject({ value: true, variant: 'on' });
    expect(coreOf(other).resolve('boolean', 'f', false, context)).toMatchObject({
      reason: 'ERROR',
      errorMessage: expect.stringContaining('$OTHER_VERSION_OF_FRACTIONAL'),
    });
  });

  it.each([
    ['\u00e9lise', true],
    ['user-\u65e5\u672c', true],
    ['\u{1f600}', true],
    ['x'.repeat(64) + '\u00e9', true],
    ['x'.repeat(65), true],
    ['x'.repeat(64), false],
    ['a\t~\u007f', true],
    ['a\t~', false],
    ['', 'missing'],
    [77, false],
  ])('refuses the unit %j where flagd hashes it otherwise: %s', (targetingKey, isRefused) => {
    const split = { salt: 'halves', allocations: [{ variant: 'on', weight: 1_000_000 }] };
    const { json } = translateEnvironment(compile(withRule({ serve: { kind: 'split', split } })), 'shop/production');

    const actual = coreOf(json).resolve('boolean', 'f', false, { targetingKey } as never, silent);

    if (isRefused === true) expect(actual.errorMessage).toContain('$UNIT_HASHED_OTHERWISE');
    else if (isRefused === false) expect(actual).toMatchObject({ value: true, variant: 'on' });
    else expect(actual.errorMessage).toContain('$TARGETING_KEY_MISSING');
  });

  it('lets flagd hash such units where it hashes UTF-8, and refuses flags that depend on a unit it cannot hash', () => {
    const split = { salt: 'halves', allocations: [{ variant: 'on', weight: 1_000_000 }] };
    const snapshot = withRule({ serve: { kind: 'split', split } });
    const [f] = snapshot.flags as readonly [Flag];
    const dependent: Flag = { ...f, key: 'g', rules: [], prerequisites: [{ flag: 'f', variants: ['on'] }] };
    const { json } = translateEnvironment(compile({ ...snapshot, flags: [f, dependent] }), 'shop/production');
    const utf8 = json.replaceAll('["utf-8",10],["utf-16",90]', '["utf-16",10],["utf-8",90]');
    const context = { targetingKey: '\u00e9lise' };

    expect(coreOf(json).resolve('boolean', 'g', true, context, silent).errorMessage).toContain(
      '$UNIT_HASHED_OTHERWISE',
    );
    expect(coreOf(utf8).resolve('boolean', 'f', false, context, silent)).toMatchObject({ variant: 'on' });
    expect(coreOf(utf8).resolve('boolean', 'g', true, context, silent)).toMatchObject({ variant: 'off', value: false });
    expect(coreOf(json).resolve('boolean', 'g', true, { targetingKey: 'ann' }, silent)).toMatchObject({
      variant: 'off',
    });
  });

  it('is checked against flagd’s schemas in earnest', () => {
    const wrong = { if: [{ contains: [{ var: 'plan' }, 'pro'] }, 'on', null] };
    const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on', targeting: wrong };

    expect(flagdSchemaErrors(JSON.stringify({ flags: { flag } }))).not.toEqual([]);
    expect(flagdSchemaErrors(JSON.stringify({ flags: { flag: { ...flag, targeting: {} } } }))).toEqual([]);
  });

  it('begins no reduction with null, and looks for no number among texts, at which the evaluator for Go fails', () => {
    const conditions = [
      { attribute: 'age', atLeast: 18 },
      { attribute: 'plan', contains: 'pro' },
      { attribute: 'plan', in: ['pro', '5', 7, true] },
      { attribute: 'version', semver: '>=1.4.0' },
    ];
    const translated = conditions.map((condition) => {
      const targeting = targetingOf(translateEnvironment(compile(withRule({ condition })), 'shop/production').json);
      return JSON.stringify(targeting);
    });

    for (const text of translated) expect(text).not.toContain('{"var":"current"},null]');
    expect(translated[2]).toContain(
      '{"or":[{"and":[{"!==":[{"var":""},0]},{"in":[{"var":""},["pro"]]}]},{"in":[{"var":""},[7]]},' +
        '{"===":[{"var":""},"5"]},{"===":[{"var":""},true]}]}',
    );
  });

  it('names segments instead of repeating them', () => {
    const { json } = translateEnvironment(
      compile({
        ...withRule({ condition: { segment: 'beta' } }),
        segments: [{ key: 'beta', condition: { attribute: 'plan', equals: 'pro' } }],
      }),
      'shop/production',
    );

    expect(JSON.parse(json)).toMatchObject({
      flags: { f: { targeting: { if: [{ $ref: 'beta' }, 'on', null] } } },
      $evaluators: { beta: {} },
    });
  });

  it.each([
    ['ATTRIBUTE_PATH', { condition: { attribute: 'user.plan', equals: 'pro' } }],
    ['IGNORE_CASE', { condition: { attribute: 'plan', equals: 'pro', ignoreCase: true } }],
    ['NETWORK', { condition: { attribute: 'address', cidr: '10.0.0.0/8' } }],
    ['REGULAR_EXPRESSION', { condition: { attribute: 'plan', matches: '^p' } }],
    ['SCHEDULE', { schedule: { startsAt: 1_500 } }],
    ['STRUCTURED_VALUE', { condition: { attribute: 'plan', in: [{ plan: 'pro' }] } }],
    ['TIMESTAMP', { condition: { attribute: 'since', before: '2026-01-01' } }],
    ['TEXT_BEYOND_BMP', { condition: { attribute: 'plan', startsWith: '\u{1f600}' } }],
    ['NON_ASCII_SALT', { serve: { kind: 'rollout', variant: 'on', share: 5, salt: 'zo\u00eb' } }],
  ] as readonly (readonly [string, Partial<Rule>])[])('leaves a flag with %s out and says where', (code, rule) => {
    expect(reasonsOf(withRule(rule))).toEqual([`rules.r: ${code}`]);
  });

  it('leaves a flag out whose prerequisite cannot be translated', () => {
    const snapshot = withRule({ condition: { attribute: 'plan', matches: '^p' } });
    const [f] = snapshot.flags as readonly [Flag];
    const dependent: Flag = { ...f, key: 'g', rules: [], prerequisites: [{ flag: 'f', variants: ['on'] }] };

    expect(reasonsOf({ ...snapshot, flags: [f, dependent] })).toEqual([
      'rules.r: REGULAR_EXPRESSION',
      'prerequisites.f: REGULAR_EXPRESSION',
    ]);
  });

  it('leaves a flag out that refers to a long list', () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => `user-${String(index)}`);

    expect(reasonsOf({ ...withRule({ condition: { list: 'long' } }), lists: [{ key: 'long', ids }] })).toEqual([
      'rules.r: LARGE_LIST',
    ]);
  });
});
