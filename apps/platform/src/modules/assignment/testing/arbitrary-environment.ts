import type {
  Condition,
  Flag,
  FlagType,
  Prerequisite,
  Rule,
  Serve,
  Snapshot,
  Split,
  Target,
} from '@sortition/evaluation';
import type { JsonValue } from '@sortition/kernel';
import fc from 'fast-check';

const ATTRIBUTES = ['country', 'plan', 'age', 'tags', 'company', 'version', 'user', 'targetingKey'] as const;
const TEXTS = ['SE', 'NO', 'free', 'pro', 'a', '', 'zo\u00eb', '1.4.0', '77'];
const VERSIONS = [
  '1.4.0',
  'v1.4.0',
  'V1.4.0',
  'vv1.4.0',
  'v 1.4.0',
  '1.4',
  '1',
  'v1.4',
  '1.5.0-beta.1',
  '1.5-beta',
  '2.0.0+7',
  '2.0.0.0',
  ' 1.4.0 ',
  'x',
];
const RANGES = ['>=1.4.0 <2', '^1.4.0', '~1.4', '1.x || >=3', '*', '1.5.0-beta.1', '>2.0.0-rc.1'];
const SALTS = ['salt', 'other', 'a b', '0'];
const VARIANTS = ['on', 'off', 'third'] as const;
const SECONDS = [1_000_000, 2_000_000, 4_000_000_000];
const BUCKETS = 1_000_000;

const VALUES: Readonly<Record<FlagType, readonly [JsonValue, JsonValue, JsonValue]>> = {
  boolean: [true, false, true],
  string: ['plain', '', 'zo\u00eb'],
  number: [0, 1.5, -7],
  object: [{}, { nested: { list: [1, 'x', null] } }, { on: true }],
};

const text = fc.constantFrom(...TEXTS);
const piece = fc.constantFrom(...TEXTS.filter((each) => each !== ''));
const attribute = fc.constantFrom(...ATTRIBUTES);
const variant = fc.constantFrom(...VARIANTS);
const scalar = fc.oneof(text, fc.integer({ min: -3, max: 90 }), fc.boolean());
const elements = fc.constantFrom({}, {}, { elements: 'all' as const });

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(attribute, scalar, elements).map(([name, equals, how]) => ({ attribute: name, equals, ...how })),
  fc.record({ attribute, in: fc.array(scalar, { maxLength: 7 }) }),
  fc.record({ attribute, exists: fc.boolean() }),
  fc.tuple(attribute, piece, elements).map(([name, contains, how]) => ({ attribute: name, contains, ...how })),
  fc.record({ attribute, startsWith: fc.array(piece, { maxLength: 3 }) }),
  fc.record({ attribute, endsWith: piece }),
  fc.record({ attribute, lessThan: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ attribute, atMost: fc.integer({ min: 0, max: 80 }) }),
  fc.record({ attribute, greaterThan: fc.integer({ min: 0, max: 30 }) }),
  fc.record({
    attribute,
    atLeast: fc.double({ noNaN: true, min: -10, max: 30 }),
    ...{ elements: fc.constant('all' as const) },
  }),
  fc.record({ attribute: fc.constantFrom('version', 'plan'), semver: fc.constantFrom(...RANGES) }),
  fc.record({ segment: fc.constantFrom('s0', 's1', 's2') }),
  fc.record({ list: fc.constant('members'), attribute }),
);

/** Conditions that flagd cannot express. */
const foreignLeaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute, matches: fc.constant('^S') }),
  fc.record({ attribute, equals: text, ignoreCase: fc.constant(true) }),
  fc.record({ attribute, before: fc.constant('2026-01-01') }),
  fc.record({ attribute, cidr: fc.constant('10.0.0.0/8') }),
  fc.record({ attribute: fc.constant('user.plan'), equals: text }),
  fc.record({ attribute, equals: fc.constant({ plan: 'pro' }) }),
);

function condition(foreign: number): fc.Arbitrary<Condition> {
  return fc.letrec<{ node: Condition }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 8, arbitrary: leaf },
      { weight: foreign, arbitrary: foreignLeaf },
      { weight: 2, arbitrary: fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ not: tie('node') }) },
    ),
  })).node;
}

const unit = fc.constantFrom({}, {}, { unit: 'company' });

const weighted: fc.Arbitrary<Split['allocations']> = fc
  .array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 2 })
  .map((weights) => weights.map((weight, index) => ({ variant: VARIANTS[index] ?? 'on', weight })));

const ranged: fc.Arbitrary<Split['allocations']> = fc.integer({ min: 1, max: 400_000 }).map((end) => [
  {
    variant: 'third',
    weight: 0,
    ranges: [
      { start: 850_000, end: 900_000 },
      { start: 910_000, end: BUCKETS },
    ],
  },
  { variant: 'on', weight: 0, ranges: [{ start: 0, end }] },
]);

const allocations = fc.oneof({ weight: 3, arbitrary: weighted }, { weight: 1, arbitrary: ranged });

function split(foreign: number): fc.Arbitrary<Split> {
  const gates = fc.array(
    fc.record({
      salt: fc.constantFrom(...SALTS),
      ranges: fc.integer({ min: 1, max: BUCKETS }).map((end) => [{ start: 0, end }]),
    }),
    { maxLength: 1 },
  );
  const program = {
    hash: 'fnv1a_32' as const,
    keyTemplate: '{unit}{salt}',
    reduce: { kind: 'modulo' as const, total: BUCKETS },
  };
  return fc
    .record({ salt: fc.constantFrom(...SALTS), unit, allocations, gates, isImported: fc.nat({ max: 20 }) })
    .map(({ unit: named, gates: found, isImported, ...rest }) => ({
      ...rest,
      ...named,
      ...(found.length > 0 && { gates: found }),
      ...(isImported < foreign && { program }),
    }));
}

function serve(slot: number, foreign: number): fc.Arbitrary<Serve> {
  const start = (slot % 25) * 40_000;
  return fc.oneof(
    fc.record({ kind: fc.constant('variant' as const), variant }),
    fc.constant({ kind: 'callerDefault' as const }),
    fc.record({ kind: fc.constant('split' as const), split: split(foreign) }),
    fc
      .record({ share: fc.integer({ min: 0, max: BUCKETS }), variant, unit })
      .map(({ unit: named, ...rest }) => ({ kind: 'rollout' as const, salt: 'ramp', ...named, ...rest })),
    fc
      .record({ split: split(foreign), isHeldOut: fc.boolean(), inLayer: fc.boolean(), isSticky: fc.nat({ max: 10 }) })
      .map(({ split: variants, isHeldOut, inLayer, isSticky }) => ({
        kind: 'experiment' as const,
        experiment: `e${String(slot)}`,
        phase: 1,
        split: variants,
        ...(isHeldOut && { holdouts: ['held'] }),
        ...(inLayer && { layer: `layer${String(Math.floor(slot / 25))}`, ranges: [{ start, end: start + 40_000 }] }),
        ...(isSticky < foreign && { sticky: { materialization: `m${String(slot)}` } }),
      })),
  );
}

function rule(slot: number, index: number, foreign: number): fc.Arbitrary<Rule> {
  const at = fc.constantFrom(...SECONDS.map((second) => second * 1_000));
  return fc
    .record({
      condition: fc.option(condition(foreign), { nil: undefined, freq: 5 }),
      schedule: fc.constantFrom(undefined, undefined, 'from' as const, 'until' as const),
      at,
      serve: serve(slot, foreign),
      fallThrough: fc.nat({ max: 4 }),
    })
    .map(({ condition: when, schedule, at: time, serve: served, fallThrough }) => ({
      key: `r${String(index)}`,
      serve: served,
      ...(when && { condition: when }),
      ...(schedule && { schedule: schedule === 'from' ? { startsAt: time } : { endsAt: time } }),
      ...(fallThrough === 0 && served.kind !== 'callerDefault' && { fallThrough: true }),
    }));
}

const TYPES: readonly FlagType[] = ['string', 'boolean', 'number', 'object'];

function flag(index: number, foreign: number): fc.Arbitrary<Flag> {
  const type = TYPES[index % TYPES.length] ?? 'string';
  const target: fc.Arbitrary<Target> = fc.record({ variant, attribute, units: fc.array(text, { maxLength: 3 }) });
  return fc
    .record({
      enabled: fc.constantFrom(true, true, true, true, true, false),
      defaultVariant: fc.option(variant, { nil: undefined }),
      offVariant: fc.option(variant, { nil: undefined }),
      needs: fc.option(fc.record({ flag: fc.nat(), variants: fc.uniqueArray(variant, { minLength: 1 }) }), {
        nil: undefined,
        freq: 2,
      }),
      targets: fc.array(target, { maxLength: 2 }),
      rules: fc
        .integer({ min: 0, max: 4 })
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => rule(index * 4 + at, at, foreign)))),
    })
    .map(({ defaultVariant, offVariant, needs, ...rest }): Flag => {
      const prerequisites: Prerequisite[] =
        needs && index > 0 ? [{ flag: `f${String(needs.flag % index)}`, variants: needs.variants }] : [];
      return {
        key: `f${String(index)}`,
        type,
        variants: VARIANTS.map((key, at) => ({ key, value: VALUES[type][at] ?? null })),
        clientVisible: index % 2 === 0,
        metadata: { owner: `team-${String(index % 3)}` },
        ...rest,
        ...(defaultVariant && { defaultVariant }),
        ...(offVariant && { offVariant }),
        ...(prerequisites.length > 0 && { prerequisites }),
      };
    });
}

/**
 * Valid environments of flags of every type with all that the standard model has.
 *
 * @param foreign how often there is something that flagd cannot express; 0: never.
 */
export function arbitraryEnvironment(flagCount: number, foreign: number): fc.Arbitrary<Snapshot> {
  const layers = Math.ceil((flagCount * 4) / 25);
  return fc
    .record({
      flags: fc.tuple(...Array.from({ length: flagCount }, (_, index) => flag(index, foreign))),
      segment: leaf.filter((each) => !('segment' in each)),
      members: fc.uniqueArray(text),
      held: fc.integer({ min: 1, max: BUCKETS }),
    })
    .map(({ flags, segment, members, held }) => ({
      format: 1,
      organization: 'acme',
      project: 'shop',
      environment: 'production',
      revision: 1,
      flags,
      segments: [
        { key: 's0', condition: segment },
        { key: 's1', condition: { not: { segment: 's0' } } },
        { key: 's2', condition: { any: [{ segment: 's1' }, { attribute: 'plan', equals: '$& $1' }] } },
      ],
      lists: [{ key: 'members', ids: members }],
      layers: Array.from({ length: layers }, (_, index) => ({
        key: `layer${String(index)}`,
        salt: `layer-${String(index)}`,
      })),
      holdouts: [{ key: 'held', layer: 'layer0', ranges: [{ start: 0, end: held }] }],
    }));
}

const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom<unknown>(7, 25, 77, 1.5, -3, 0, true, false, null, 2 ** 53, '1.4.0'),
  fc.constantFrom<unknown>('$& $1', [], ['SE', 'pro', 3, null], ['pro'], [7], ['1.4.0'], ['a', '1.4.0'], {
    plan: 'pro',
  }),
  fc.array(fc.constantFrom<unknown>('SE', 'pro', '', 77, 3, 1.5, null, true, { plan: 'pro' }), { maxLength: 4 }),
);

/**
 * Contexts as applications send them in JSON, mostly with a targeting key. Units are ASCII: flagd for JavaScript
 * hashes others differently.
 */
export const arbitraryJsonContext: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .record({
    attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), value, { maxKeys: 6 }),
    version: fc.option(fc.constantFrom(...VERSIONS), { nil: undefined }),
    targetingKey: fc.option(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }), {
      freq: 8,
      nil: undefined,
    }),
  })
  .map(({ attributes, version, targetingKey }) => {
    const units = Object.entries(attributes).filter(([name, each]) => !isForeignUnit(name, each));
    return {
      ...Object.fromEntries(units),
      ...(version !== undefined && { version }),
      ...(targetingKey !== undefined && { targetingKey }),
    };
  });

function isForeignUnit(name: string, each: unknown): boolean {
  const isUnit = name === 'targetingKey' || name === 'company';
  return isUnit && typeof each === 'string' && /[^\x20-\x7e]/.test(each);
}
