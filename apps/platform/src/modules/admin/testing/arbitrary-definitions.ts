import { type Definitions, METRIC_KINDS, type PropertyFilter, type ResourceKind } from '@sortition/declaration';
import type {
  Allocation,
  AttributeCondition,
  BucketingProgram,
  Condition,
  Gate,
  Prerequisite,
  ShareRange,
  Split,
  Target,
} from '@sortition/evaluation';
import { OPERATOR_DESCRIPTIONS } from '@sortition/evaluation/operators';
import type { JsonObject, JsonValue } from '@sortition/kernel';
import fc, { type Arbitrary } from 'fast-check';

/** Arbitrary definitions of every kind that their forms must hold; a new kind does not compile without its own. */

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((each) => each !== '__proto__');
const key = fc.stringMatching(/^[a-z0-9._-]{1,12}$/);
const salt = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((each) => !each.includes('/'));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const timeMs = fc.integer({ min: 0, max: 4_102_444_800_000 });

const json: Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    finite,
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const jsonObject: Arbitrary<JsonObject> = fc.dictionary(name, json, { maxKeys: 3 });

const argumentsOf = {
  value: json.filter((value) => value !== null),
  values: fc.array(json, { maxLength: 3 }),
  boolean: fc.boolean(),
  text,
  texts: fc.oneof(text, fc.array(text, { maxLength: 3 })),
  number: finite,
  time: timeMs.map((time) => new Date(time).toISOString()),
} as const;

const condition: Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    ...OPERATOR_DESCRIPTIONS.map(
      ({ name: operator, argument }) =>
        // An attribute condition holds its operator under the operator's name.
        fc.record({ attribute: name, [operator]: argumentsOf[argument] }) as unknown as Arbitrary<AttributeCondition>,
    ),
    fc.record({ segment: key }),
    fc.record({ list: key, attribute: name }, { requiredKeys: ['list'] }),
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
})).condition;

const share = fc.double({ min: 0.0001, max: 0.9999, noNaN: true });
const durationMs = fc.integer({ min: 1, max: 10_000_000_000_000 });
const values = fc.array(text, { minLength: 1, maxLength: 3 });
const filters: Arbitrary<readonly PropertyFilter[]> = fc.array(
  fc.oneof(fc.record({ property: text, in: values }), fc.record({ property: text, notIn: values })),
  { minLength: 1, maxLength: 3 },
);

const range: Arbitrary<ShareRange> = fc.record({ start: finite, end: finite });
const program: Arbitrary<BucketingProgram> = fc.record(
  {
    hash: fc.constantFrom('murmur3_x86_32', 'fnv1a_32', 'sha1', 'md5'),
    keyTemplate: text,
    seed: fc.integer(),
    encoding: fc.constantFrom('utf8', 'utf16-units'),
    rounds: fc.constantFrom(1, 2),
    reduce: fc.oneof(
      fc.record({ kind: fc.constant('scale' as const), total: finite }),
      fc.record({ kind: fc.constant('modulo' as const), total: finite, offset: finite, divisor: finite }),
      fc.record({ kind: fc.constant('fraction' as const), total: finite, bits: fc.integer() }),
    ),
    edge: fc.constantFrom('exclusive', 'inclusive'),
    order: fc.constantFrom('given', 'variant-ascending'),
    missingUnit: fc.constantFrom('skip', 'bucket-zero'),
    coerce: fc.constantFrom('none', 'scalars'),
  },
  { requiredKeys: ['hash', 'keyTemplate', 'reduce'] },
);
const gates: Arbitrary<readonly Gate[]> = fc.array(
  fc.record({ program, salt: text, ranges: fc.array(range, { maxLength: 3 }) }, { requiredKeys: ['salt', 'ranges'] }),
  { minLength: 1, maxLength: 2 },
);

interface Division {
  readonly allocations: readonly Allocation[];
  readonly program?: BucketingProgram;
  readonly gates?: readonly Gate[];
}

/** Whole weights that sum to all buckets. */
const nativeDivision: Arbitrary<Division> = fc
  .tuple(fc.uniqueArray(name, { minLength: 2, maxLength: 4 }), fc.integer({ min: 1, max: 100_000 }))
  .map(([variants, weight]) => ({
    allocations: variants.map((variant, index) => ({
      variant,
      weight: index === 0 ? 1_000_000 - weight * (variants.length - 1) : weight,
    })),
  }));
const importedDivision: Arbitrary<Division> = fc.record(
  {
    allocations: fc.array(
      fc.record(
        { variant: name, weight: finite, ranges: fc.array(range, { maxLength: 3 }) },
        { requiredKeys: ['variant', 'weight'] },
      ),
      { minLength: 1, maxLength: 4 },
    ),
    program,
    gates,
  },
  { requiredKeys: ['allocations', 'program'] },
);
const division = fc.oneof(nativeDivision, importedDivision);

const split: Arbitrary<Split> = fc
  .tuple(division, fc.record({ salt, unit: name }, { requiredKeys: ['salt'] }))
  .map(([divided, rest]) => ({ ...divided, ...rest }));

type ConfiguredRule = Definitions['flagConfiguration']['rules'][number];

const serve: Arbitrary<ConfiguredRule['serve']> = fc.oneof(
  fc.record({ kind: fc.constant('variant' as const), variant: name }),
  fc.record({ kind: fc.constant('callerDefault' as const) }),
  fc.record({ kind: fc.constant('split' as const), split }),
  fc.record(
    {
      kind: fc.constant('rollout' as const),
      variant: name,
      share: fc.integer({ min: 0, max: 1_000_000 }),
      salt,
      unit: name,
    },
    { requiredKeys: ['kind', 'variant', 'share', 'salt'] },
  ),
  fc.record({ kind: fc.constant('experiment' as const), experiment: key }),
);
const rule: Arbitrary<ConfiguredRule> = fc.record(
  {
    key: text,
    condition,
    schedule: fc.record({ startsAt: timeMs, endsAt: timeMs }, { requiredKeys: [] }),
    fallThrough: fc.constant(true),
    serve,
  },
  { requiredKeys: ['key', 'serve'] },
);

export const ARBITRARY_DEFINITIONS: { readonly [K in ResourceKind]: Arbitrary<Definitions[K]> } = {
  flag: fc.record(
    {
      type: fc.constantFrom('boolean', 'string', 'number', 'object'),
      description: text,
      variants: fc.uniqueArray(fc.record({ key: name, value: json }), {
        minLength: 1,
        maxLength: 4,
        selector: (variant) => variant.key,
      }),
      schema: jsonObject,
      owner: text,
      tags: fc.array(text, { maxLength: 3 }),
      lifetime: fc.constantFrom('temporary', 'permanent'),
      clientVisible: fc.boolean(),
    },
    { requiredKeys: ['type', 'description', 'variants', 'owner', 'tags', 'lifetime', 'clientVisible'] },
  ),
  flagConfiguration: fc.record(
    {
      enabled: fc.boolean(),
      rules: fc.uniqueArray(rule, { maxLength: 3, selector: (each) => each.key }),
      defaultVariant: name,
      offVariant: name,
      prerequisites: fc.array(
        fc.record({ flag: key, variants: fc.array(name, { maxLength: 3 }) }) satisfies Arbitrary<Prerequisite>,
        { maxLength: 2 },
      ),
      targets: fc.array(
        fc.record(
          { variant: name, attribute: name, units: fc.array(text, { maxLength: 3 }) },
          { requiredKeys: ['variant', 'units'] },
        ) satisfies Arbitrary<Target>,
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ['enabled', 'rules', 'prerequisites', 'targets'] },
  ),
  segment: fc.record({ description: text, condition }),
  webhook: fc.record({
    description: text,
    url: key.map((host) => `https://${host}.example/hook`),
    events: fc.array(fc.constantFrom('*', 'flags.*', 'experiments.start'), { minLength: 1, maxLength: 3 }),
    secret: key,
    enabled: fc.boolean(),
  }),
  layer: fc.record({ description: text, salt }),
  metric: fc.record(
    {
      description: text,
      kind: fc.constantFrom(...METRIC_KINDS),
      event: text,
      aggregation: fc.constantFrom('sum', 'count'),
      windowMs: durationMs,
      direction: fc.constantFrom('increase', 'decrease'),
      filters,
      windowStartMs: durationMs,
      property: name,
      denominator: fc.record(
        { event: text, filters, aggregation: fc.constantFrom('sum', 'count') },
        { requiredKeys: ['event', 'aggregation'] },
      ),
      quantile: share,
      steps: fc.array(fc.record({ event: text, filters }, { requiredKeys: ['event'] }), { minLength: 1, maxLength: 3 }),
      cap: fc.record({ lower: finite, upper: finite, upperQuantile: share }, { requiredKeys: [] }),
      unitsWithoutEvents: fc.constantFrom('zero', 'exclude'),
      unitsInWindow: fc.constantFrom('include', 'exclude'),
      covariateWindowMs: durationMs,
      minimumDetectableEffect: share,
      nonInferiorityMargin: share,
      unitOfMeasure: name,
    },
    { requiredKeys: ['description', 'kind', 'event', 'aggregation', 'direction'] },
  ),
  experiment: fc
    .tuple(
      division,
      fc.record(
        {
          hypothesis: text,
          environment: key,
          flag: key,
          unit: name,
          control: text,
          layer: key,
          layerBuckets: fc.integer({ min: 1, max: 1_000_000 }),
          metrics: experimentMetrics(),
          alpha: fc.double({ min: 0.0001, max: 0.9999, noNaN: true }),
          salt,
          sticky: fc.constant(true),
          intakePaused: fc.constant(true),
          state: fc.constant('draft' as const),
          phases: fc.constant([]),
        },
        {
          requiredKeys: ['hypothesis', 'environment', 'flag', 'control', 'metrics', 'alpha', 'salt', 'state', 'phases'],
        },
      ),
    )
    .map(([divided, rest]) => ({ ...divided, ...rest })),
  eventDefinition: fc.record(
    {
      event: text,
      description: text,
      owner: text,
      schema: jsonObject,
      value: fc.record(
        { presence: fc.constantFrom('optional', 'required', 'forbidden'), minimum: finite, maximum: finite },
        { requiredKeys: ['presence'] },
      ),
      requiredUnits: fc.array(text, { maxLength: 3 }),
      personalData: fc.array(text, { maxLength: 3 }),
      compatibility: fc.constantFrom('none', 'backward', 'forward', 'full'),
    },
    { requiredKeys: ['event', 'description', 'owner', 'requiredUnits', 'personalData', 'compatibility'] },
  ),
  eventPolicy: fc.record({ undefinedEvents: fc.constantFrom('accept', 'quarantine') }),
};

/** In the order in which a file holds them: by role. */
function experimentMetrics(): Arbitrary<Definitions['experiment']['metrics']> {
  return fc.uniqueArray(key, { maxLength: 4 }).map((keys) =>
    keys.map((metric, index) => ({
      metric,
      role: index < keys.length / 2 ? ('success' as const) : ('guardrail' as const),
    })),
  );
}
