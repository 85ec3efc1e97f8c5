import fc from 'fast-check';

import type { Condition, Flag, Rule, Serve, Snapshot, Split } from '../model/index.js';

export const ATTRIBUTES = ['country', 'plan', 'age', 'user.plan', 'tags', 'targetingKey', 'company'] as const;
const TEXTS = ['SE', 'NO', 'free', 'pro', 'a', '', 'zo\u00eb'];
const VARIANTS = ['on', 'off', 'third'];
const FLAGS = ['f0', 'f1', 'f2', 'f3', 'f4'];

const text = fc.constantFrom(...TEXTS);
const piece = fc.constantFrom(...TEXTS.filter((each) => each !== ''));
const attribute = fc.constantFrom(...ATTRIBUTES);
const variant = fc.constantFrom(...VARIANTS);
const scalar = fc.oneof(text, fc.integer({ min: -3, max: 40 }), fc.boolean());

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute, equals: scalar }),
  fc.record({ attribute, equals: text, ignoreCase: fc.boolean() }),
  fc.record({ attribute, in: fc.array(scalar, { maxLength: 7 }) }),
  fc.record({ attribute, exists: fc.boolean() }),
  fc.record({ attribute, contains: piece, elements: fc.constantFrom('any' as const, 'all' as const) }),
  fc.record({ attribute, startsWith: fc.array(piece, { maxLength: 3 }) }),
  fc.record({ attribute, endsWith: piece }),
  fc.record({ attribute, lessThan: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ attribute, atLeast: fc.double({ noNaN: true, min: -10, max: 30 }) }),
  fc.record({ attribute, before: fc.constantFrom('2026-01-01', '2026-06-01T00:00:00Z') }),
  fc.record({ attribute, equals: fc.constant({ plan: 'pro' }) }),
  fc.record({ segment: fc.constantFrom('s0', 's1') }),
  fc.record({ list: fc.constant('members'), attribute }),
  fc.record({ operator: fc.constant('acme.moody' as const), arguments: fc.constantFrom('throws', true, false) }),
);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ not: tie('node') }) },
  ),
})).node;

const split: fc.Arbitrary<Split> = fc
  .record({
    salt: fc.constantFrom('salt', 'other', 'zo\u00eb'),
    unit: fc.constantFrom(undefined, 'company'),
    weights: fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 2 }),
    imported: fc.boolean(),
  })
  .map(({ salt, unit, weights, imported }) => ({
    salt,
    ...(unit === undefined ? {} : { unit }),
    ...(imported
      ? {
          program: {
            hash: 'fnv1a_32' as const,
            keyTemplate: '{unit}{salt}',
            reduce: { kind: 'modulo' as const, total: 1_000_000 },
            missingUnit: 'skip' as const,
          },
        }
      : {}),
    allocations: weights.map((weight, index) => ({ variant: VARIANTS[index] ?? 'on', weight })),
  }));

function serve(slice: number): fc.Arbitrary<Serve> {
  return fc.oneof(
    fc.record({ kind: fc.constant('variant' as const), variant }),
    fc.constant({ kind: 'callerDefault' as const }),
    fc.record({ kind: fc.constant('split' as const), split }),
    fc.record({
      kind: fc.constant('rollout' as const),
      variant,
      share: fc.integer({ min: 0, max: 1_000_000 }),
      salt: fc.constant('ramp'),
    }),
    fc
      .record({
        split,
        holdouts: fc.constantFrom<readonly string[]>([], ['held']),
        inLayer: fc.boolean(),
        sticky: fc.constantFrom(undefined, {}, { intakePaused: true }, { ignoreCondition: true }),
      })
      .map(({ split: variants, holdouts, inLayer, sticky }) => ({
        kind: 'experiment' as const,
        experiment: `e${slice}`,
        phase: 1,
        holdouts,
        split: variants,
        ...(inLayer ? { layer: 'layer', ranges: [{ start: slice * 40_000, end: slice * 40_000 + 40_000 }] } : {}),
        ...(sticky === undefined ? {} : { sticky: { materialization: `m${slice}`, ...sticky } }),
      })),
  );
}

function rule(flag: number, index: number): fc.Arbitrary<Rule> {
  return fc
    .record({
      condition: fc.option(condition, { nil: undefined, freq: 5 }),
      schedule: fc.constantFrom(undefined, undefined, { startsAt: 100 }, { startsAt: 10, endsAt: 200 }),
      serve: serve(flag * 4 + index),
      fallThrough: fc.boolean(),
    })
    .map(({ fallThrough, serve: served, ...rest }) => ({
      key: `r${index}`,
      serve: served,
      ...(rest.condition === undefined ? {} : { condition: rest.condition }),
      ...(rest.schedule === undefined ? {} : { schedule: rest.schedule }),
      ...(fallThrough && served.kind !== 'callerDefault' ? { fallThrough } : {}),
    }));
}

function flag(index: number): fc.Arbitrary<Flag> {
  return fc
    .record({
      enabled: fc.constantFrom(true, true, true, false),
      defaultVariant: fc.option(variant, { nil: undefined }),
      offVariant: fc.option(variant, { nil: undefined }),
      needs: fc.option(fc.record({ flag: fc.nat(), variants: fc.uniqueArray(variant, { minLength: 1 }) }), {
        nil: undefined,
      }),
      targets: fc.array(fc.record({ variant, attribute, units: fc.array(text, { maxLength: 2 }) }), { maxLength: 2 }),
      rules: fc
        .integer({ min: 0, max: 4 })
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => rule(index, at)))),
    })
    .map(({ enabled, defaultVariant, offVariant, needs, targets, rules }) => ({
      key: FLAGS[index] ?? 'f',
      type: 'string' as const,
      variants: VARIANTS.map((key) => ({ key, value: `value of ${key}` })),
      enabled,
      ...(defaultVariant === undefined ? {} : { defaultVariant }),
      ...(offVariant === undefined ? {} : { offVariant }),
      ...(needs === undefined || index === 0
        ? {}
        : { prerequisites: [{ flag: FLAGS[needs.flag % index] ?? 'f0', variants: needs.variants }] }),
      targets,
      rules,
    }));
}

/** Valid snapshots of five flags that use everything the model has but the operators of libraries. */
export const arbitrarySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    flags: fc.tuple(...FLAGS.map((_, index) => flag(index))),
    segment: leaf.filter((each) => !('segment' in each)),
    members: fc.array(text),
    salt: fc.constantFrom('layer-salt', 'resalted'),
    held: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ flags, segment, members, salt, held }) => ({
    format: 1,
    organization: 'acme',
    project: 'shop',
    environment: 'production',
    revision: 1,
    flags,
    segments: [
      { key: 's0', condition: segment },
      { key: 's1', condition: { not: { segment: 's0' } } },
    ],
    lists: [{ key: 'members', ids: members }],
    layers: [{ key: 'layer', salt }],
    holdouts: [{ key: 'held', layer: 'layer', ranges: [{ start: 0, end: held }] }],
  }));
