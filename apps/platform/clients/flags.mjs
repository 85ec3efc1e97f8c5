/** The flags that every client evaluates, as a declaration. */

const serve = (defaultVariant, more = {}) => ({
  environments: { production: { enabled: true, defaultVariant, ...more } },
});
const off = (more = {}) => ({ environments: { production: { enabled: false, ...more } } });
const rules = (...given) => ({ rules: given });
const when = (key, condition, variant) => ({ key, condition, variant });

/** @param changed the value that a change of the flags brings. */
export const declarationOf = (changed) => ({
  version: 1,
  segments: [{ key: 'nordic', condition: { attribute: 'country', in: ['SE', 'NO', 'DK'] } }],
  flags: [
    flag('changing', 'string', { before: 'before', after: 'after' }, serve(changed)),
    flag('static-on', 'boolean', { on: true, off: false }, serve('on')),
    flag('zero', 'boolean', { no: false, yes: true }, serve('no')),
    flag('empty-text', 'string', { empty: '', full: 'text' }, serve('empty')),
    flag(
      'unicode',
      'string',
      { greeting: 'Grüße, 世界 👋', plain: 'hello' },
      serve('plain', rules(when('named', { attribute: 'name', startsWith: 'Å' }, 'greeting'))),
    ),
    flag(
      'off-with-variant',
      'string',
      { active: 'active', resting: 'resting' },
      off({ offVariant: 'resting', defaultVariant: 'active' }),
    ),
    flag(
      'off-with-zero',
      'boolean',
      { active: true, resting: false },
      off({ offVariant: 'resting', defaultVariant: 'active' }),
    ),
    flag('off-without', 'string', { active: 'active' }, off({ defaultVariant: 'active' })),
    flag(
      'no-default',
      'string',
      { pro: 'pro' },
      serve(undefined, rules(when('paying', { attribute: 'plan', equals: 'pro' }, 'pro'))),
    ),
    flag(
      'caller-default',
      'integer',
      { some: 7 },
      serve('some', rules({ key: 'staff', condition: { attribute: 'staff', equals: true }, callerDefault: true })),
    ),
    flag(
      'segment',
      'string',
      { nordic: 'fika', other: 'tea' },
      serve('other', rules(when('nordic', { segment: 'nordic' }, 'nordic'))),
    ),
    flag(
      'prerequisite',
      'string',
      { unlocked: 'unlocked', locked: 'locked' },
      serve('unlocked', {
        offVariant: 'locked',
        prerequisites: [{ flag: 'segment', variants: ['nordic'] }],
      }),
    ),
    flag(
      'whole',
      'integer',
      { few: 3, many: 40_000 },
      serve('few', rules(when('pro', { attribute: 'plan', equals: 'pro' }, 'many'))),
    ),
    flag(
      'large',
      'integer',
      { word: 2_147_483_647, beyond: 2_147_483_648, largest: 9_007_199_254_740_991 },
      serve(
        'word',
        rules(
          when('beyond', { attribute: 'age', atLeast: 65 }, 'beyond'),
          when('largest', { attribute: 'plan', equals: 'pro' }, 'largest'),
        ),
      ),
    ),
    flag(
      'negative',
      'integer',
      { minus: -12, far: -2_147_483_649 },
      serve('minus', rules(when('far', { attribute: 'plan', equals: 'pro' }, 'far'))),
    ),
    flag(
      'fraction',
      'double',
      { a: 2.5, b: 3 },
      serve('a', rules(when('pro', { attribute: 'plan', equals: 'pro' }, 'b'))),
    ),
    flag(
      'tiny',
      'double',
      { small: 1e-7, huge: 1e21 },
      serve('small', rules(when('pro', { attribute: 'plan', equals: 'pro' }, 'huge'))),
    ),
    flag(
      'object',
      'object',
      {
        light: { colors: ['white', 'grey'], size: { width: 2.5, height: 3 }, on: true, none: null },
        dark: { colors: [] },
      },
      serve('light', rules(when('dark', { attribute: 'plan', equals: 'pro' }, 'dark'))),
    ),
    flag(
      'adults',
      'boolean',
      { yes: true, no: false },
      serve('no', rules(when('adult', { attribute: 'age', atLeast: 18 }, 'yes'))),
    ),
    flag(
      'version',
      'string',
      { new: 'new', old: 'old' },
      serve('old', rules(when('recent', { attribute: 'version', semver: '>=2.1.0 <3.0.0' }, 'new'))),
    ),
    flag(
      'listed',
      'boolean',
      { yes: true, no: false },
      serve('no', rules(when('tagged', { attribute: 'tags', in: ['beta', 'internal'] }, 'yes'))),
    ),
    flag(
      'targets',
      'string',
      { special: 'special', usual: 'usual' },
      serve('usual', { targets: [{ variant: 'special', units: ['user-3', '17', 'åsa'] }] }),
    ),
    flag(
      'split',
      'string',
      { a: 'A', b: 'B', c: 'C' },
      serve('a', rules({ key: 'third', split: { salt: 'thirds', variants: { a: 33.3, b: 33.3, c: 33.4 } } })),
    ),
    flag(
      'split-cbor',
      'string',
      { a: 'A', b: 'B', c: 'C' },
      serve(
        'a',
        rules({
          key: 'third',
          split: { program: 'cbor', salt: 'thirds', variants: { a: 33.3, b: 33.3, c: 33.4 } },
        }),
      ),
    ),
    flag(
      'split-by-company',
      'string',
      { a: 'A', b: 'B' },
      serve('a', rules({ key: 'half', split: { salt: 'halves', unit: 'company', variants: { a: 50, b: 50 } } })),
    ),
    flag(
      'rollout',
      'boolean',
      { on: true, off: false },
      serve('off', rules({ key: 'ramp', rollout: { salt: 'ramp', variant: 'on', percent: 40 } })),
    ),
    flag(
      'button',
      'string',
      { control: 'blue', treatment: 'green' },
      serve('control', rules({ key: 'experiment', experiment: 'green-button' })),
    ),
    flag(
      'pattern',
      'boolean',
      { yes: true, no: false },
      serve('no', rules(when('staff', { attribute: 'email', matches: '@acme\\.example$' }, 'yes'))),
    ),
  ],
  experiments: [
    {
      key: 'green-button',
      flag: 'button',
      environment: 'production',
      hypothesis: 'A green button is pressed more often.',
      variants: { control: 50, treatment: 50 },
      control: 'control',
      state: 'running',
    },
  ],
});

function flag(key, type, variants, rest) {
  const isNumber = type === 'integer' || type === 'double';
  return { key, type: isNumber ? 'number' : type, variants, clientVisible: true, ...rest };
}

/** What a client reads each flag as. */
export const READ_AS = new Map(
  declarationOf('before').flags.map(({ key, type, variants }) => [key, type === 'number' ? subtypeOf(variants) : type]),
);

function subtypeOf(variants) {
  return Object.values(variants).every(Number.isInteger) &&
    !Object.values(variants).some((each) => Math.abs(each) > 2 ** 53)
    ? 'integer'
    : 'double';
}
