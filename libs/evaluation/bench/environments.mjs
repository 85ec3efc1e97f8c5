/** The same flags for Sortition: a static flag, attribute rules, splits, a hundred rules, a large list. */

export const MEMBERS = 1_000_000;

const HALF = [
  { variant: 'on', weight: 500_000 },
  { variant: 'off', weight: 500_000 },
];

export function booleanFlag(key, rules = []) {
  return {
    key,
    type: 'boolean',
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    defaultVariant: 'off',
    rules,
  };
}

export function targetedSplit(key) {
  const condition = { attribute: 'country', in: ['SE', 'NO'] };
  return booleanFlag(key, [
    { key: 'nordic', condition, serve: { kind: 'split', split: { salt: key, allocations: HALF } } },
  ]);
}

export function attributeRule(key) {
  return booleanFlag(key, [
    { key: 'sweden', condition: { attribute: 'country', equals: 'SE' }, serve: { kind: 'variant', variant: 'on' } },
  ]);
}

/** A hundred rules on four attributes in turn, of which only the last matches. */
export const HUNDRED = Array.from({ length: 100 }, (_, index) => ({
  attribute: ['country', 'plan', 'os', 'language'][index % 4],
  value: index === 99 ? 'sv' : `never-${index}`,
}));

export function hundredRules(key) {
  return booleanFlag(
    key,
    HUNDRED.map(({ attribute, value }, index) => ({
      key: `rule-${index}`,
      condition: { attribute, equals: value },
      serve: { kind: 'variant', variant: 'on' },
    })),
  );
}

export function listRule(key) {
  return booleanFlag(key, [
    { key: 'members', condition: { list: 'members' }, serve: { kind: 'variant', variant: 'on' } },
  ]);
}

export function memberIds() {
  return Array.from({ length: MEMBERS }, (_, index) => `member-${index}`);
}

/** A thousand flags: a quarter static, a quarter attribute rules, half targeted splits. */
export function thousandFlags(count = 1_000) {
  return Array.from({ length: count }, (_, index) => {
    const key = `flag-${index}`;
    if (index % 4 === 0) return booleanFlag(key);
    return index % 4 === 1 ? attributeRule(key) : targetedSplit(key);
  });
}

export function snapshotOf(flags, lists = []) {
  return {
    format: 1,
    organization: 'bench',
    project: 'bench',
    environment: 'bench',
    revision: 1,
    flags,
    segments: [],
    lists,
    layers: [],
    holdouts: [],
  };
}

/** Contexts of 1,000 units; half are members of the list. */
export const CONTEXTS = Array.from({ length: 1_000 }, (_, index) => ({
  targetingKey: index % 2 === 0 ? `member-${index * 997}` : `user-${index}`,
  country: ['SE', 'NO', 'DE', 'US'][index % 4],
  plan: index % 3 === 0 ? 'premium' : 'free',
  os: 'ios',
  language: 'sv',
}));
