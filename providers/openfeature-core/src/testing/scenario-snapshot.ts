const EMAIL_OF_THE_TARGET = 'ballmer@macrosoft.com';

interface ScenarioVariants {
  readonly [variant: string]: unknown;
}

type ScenarioFlagType = 'boolean' | 'string' | 'number' | 'object';

const template = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 };

/**
 * The flags that the scenarios of the OpenFeature specification evaluate, as a snapshot of this platform. Clients may see
 * all of them.
 */
export const scenarioSnapshot = {
  format: 1,
  organization: 'acme',
  project: 'scenarios',
  environment: 'production',
  revision: 1,
  flags: [
    flag('boolean-flag', 'boolean', { on: true, off: false }, { defaultVariant: 'on' }),
    flag('string-flag', 'string', { greeting: 'hi', parting: 'bye' }, { defaultVariant: 'greeting' }),
    flag('integer-flag', 'number', { one: 1, ten: 10 }, { defaultVariant: 'ten' }),
    flag('float-flag', 'number', { tenth: 0.1, half: 0.5 }, { defaultVariant: 'half' }),
    flag('object-flag', 'object', { empty: {}, template }, { defaultVariant: 'template' }),
    ...zeroFlags('boolean', 'boolean', { zero: false, 'non-zero': true }),
    ...zeroFlags('string', 'string', { zero: '', 'non-zero': 'str' }),
    ...zeroFlags('integer', 'number', { zero: 0, 'non-zero': 1 }),
    ...zeroFlags('float', 'number', { zero: 0, 'non-zero': 1 }),
    ...zeroFlags('object', 'object', { zero: {}, 'non-zero': template }),
    flag('wrong-flag', 'string', { one: 'uno', two: 'dos' }, { defaultVariant: 'one' }),
    flag(
      'context-aware',
      'string',
      { internal: 'INTERNAL', external: 'EXTERNAL' },
      {
        defaultVariant: 'external',
        rules: [
          {
            key: 'no-customer',
            condition: { attribute: 'customer', equals: false },
            serve: { kind: 'variant', variant: 'internal' },
          },
        ],
      },
    ),
    flag(
      'metadata-flag',
      'boolean',
      { on: true, off: false },
      { defaultVariant: 'on', metadata: { string: '1.0.2', integer: 2, boolean: true, float: 0.1 } },
    ),
    flag('undefined-default-flag', 'number', { small: 10, big: 1000 }, {}),
    flag('boolean-disabled-flag', 'boolean', { on: true, off: false }, { defaultVariant: 'on', enabled: false }),
    flag('string-disabled-flag', 'string', { greeting: 'hi' }, { defaultVariant: 'greeting', enabled: false }),
    flag(
      'split-flag',
      'string',
      { one: 'uno', two: 'dos' },
      {
        defaultVariant: 'one',
        rules: [
          {
            key: 'half',
            serve: {
              kind: 'split',
              split: {
                salt: 'scenarios',
                allocations: [
                  { variant: 'one', weight: 500_000 },
                  { variant: 'two', weight: 500_000 },
                ],
              },
            },
          },
        ],
      },
    ),
  ],
  segments: [],
  lists: [],
  layers: [],
  holdouts: [],
};

function flag(key: string, type: ScenarioFlagType, variants: ScenarioVariants, more: object): object {
  const named = Object.entries(variants).map(([variant, value]) => ({ key: variant, value }));
  return { key, type, variants: named, enabled: true, clientVisible: true, rules: [], ...more };
}

/** A flag that always serves the zero value of its type, and one that serves it to one address by a rule. */
function zeroFlags(name: string, type: ScenarioFlagType, variants: ScenarioVariants): readonly object[] {
  const rule = {
    key: 'target',
    condition: { attribute: 'email', equals: EMAIL_OF_THE_TARGET },
    serve: { kind: 'variant', variant: 'zero' },
  };
  return [
    flag(`${name}-zero-flag`, type, variants, { defaultVariant: 'zero' }),
    flag(`${name}-targeted-zero-flag`, type, variants, { defaultVariant: 'zero', rules: [rule] }),
  ];
}
