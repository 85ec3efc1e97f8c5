import { GrowthBook } from '@growthbook/growthbook';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { init, integrations, type LDClient } from '@launchdarkly/node-server-sdk';
import { FlagdCore } from '@openfeature/flagd-core';
import { bucketingVectors } from '@sortition/testing';
import { InMemStorageProvider, Unleash } from 'unleash-client';

import type { Split } from '../model/index.js';
import { compileSplit } from './compile-split.js';

const WEIGHTED = [
  { variant: 'a', weight: 20_000 },
  { variant: 'b', weight: 30_000 },
  { variant: 'c', weight: 50_000 },
];

/** 4,000 units: plain, e-mail, hexadecimal, and texts of two, three and four bytes a character. */
const UNITS = Array.from({ length: 800 }, (_, index) => [
  `user-${index}`,
  `person.${index}@example.com`,
  Math.imul(index, 0x9e3779b1).toString(16),
  `zoë-${index}`,
  `${index % 2 ? '用户' : '😀'}${'鿿'.repeat(index % 5)}${index}`,
]).flat();

describe('the same unit gets the same variant as in the vendor SDK', () => {
  it('flagd-core, shorthand over flag key and targeting key', () => {
    const core = flagdWith({
      fractional: [
        ['a', 20],
        ['b', 30],
        ['c', 50],
      ],
    });
    const split = compileSplit(splitOf('flagd-javascript'), 'checkout');
    for (const unit of UNITS) expect([unit, variantOf(split.pick(unit))]).toEqual([unit, fromFlagd(core, unit)]);
  });

  it('flagd-core, weights that sum to the largest total', () => {
    const weights = [700_000_000, 700_000_000, 747_483_647];
    const core = flagdWith({ fractional: weights.map((weight, index) => ['abc'[index], weight]) });
    const { program } = splitOf('flagd-javascript');
    const total = { kind: 'scale', total: 2_147_483_647 } as const;
    const split = compileSplit(
      {
        salt: '',
        allocations: weights.map((weight, index) => ({ variant: 'abc'[index] ?? '', weight })),
        ...(program && { program: { ...program, reduce: total } }),
      },
      'checkout',
    );
    for (const unit of UNITS) expect([unit, variantOf(split.pick(unit))]).toEqual([unit, fromFlagd(core, unit)]);
  });

  it('flagd-core, native buckets of ASCII units as fractional over cat(salt, "/", unit)', () => {
    const core = flagdWith({
      fractional: [{ cat: ['s4lt', '/', { var: 'targetingKey' }] }, ['a', 333_333], ['b', 1], ['c', 666_666]],
    });
    const split = compileSplit({
      salt: 's4lt',
      allocations: [
        { variant: 'a', weight: 333_333 },
        { variant: 'b', weight: 1 },
        { variant: 'c', weight: 666_666 },
      ],
    });
    for (const unit of asciiUnits(10_000)) {
      expect([unit, variantOf(split.pick(unit))]).toEqual([unit, fromFlagd(core, unit)]);
    }
  });

  it('flagd-core, a layer range and then a split as nested fractional', () => {
    const core = flagdWith({
      fractional: [
        { cat: ['layer', '/', { var: 'targetingKey' }] },
        ['a', 250_000],
        [
          {
            fractional: [
              { cat: ['split', '/', { var: 'targetingKey' }] },
              ['a', 200_000],
              ['b', 300_000],
              ['c', 500_000],
            ],
          },
          400_000,
        ],
        ['a', 350_000],
      ],
    });
    const split = compileSplit({
      salt: 'split',
      gates: [{ salt: 'layer', ranges: [{ start: 250_000, end: 650_000 }] }],
      allocations: [
        { variant: 'a', weight: 200_000 },
        { variant: 'b', weight: 300_000 },
        { variant: 'c', weight: 500_000 },
      ],
    });
    for (const unit of asciiUnits(10_000)) {
      const picked = split.pick(unit);
      expect([unit, picked < 0 ? 'a' : variantOf(picked)]).toEqual([unit, fromFlagd(core, unit)]);
    }
  });

  it.each([1, 2] as const)('GrowthBook, hash version %d, and its plain rollout', (hashVersion) => {
    const experiment = {
      variations: ['a', 'b', 'c'],
      weights: [0.2, 0.3, 0.5],
      coverage: 0.8,
      hashVersion,
      seed: 's33d',
      key: 'exp',
    };
    const rollout = { force: 'in', coverage: 0.25, hashVersion, seed: 'ramp' };
    const bound = { program: splitOf(`growthbook-v${hashVersion}`).program, salt: 's33d' };
    const split = compileSplit({
      ...definedProgram(bound),
      allocations: [
        { variant: 'a', weight: 0, ranges: [{ start: 0, end: 0.8 * 0.2 }] },
        { variant: 'b', weight: 0, ranges: [{ start: 0.2, end: 0.2 + 0.8 * 0.3 }] },
        { variant: 'c', weight: 0, ranges: [{ start: 0.5, end: 0.5 + 0.8 * 0.5 }] },
      ],
    });
    const ramp = compileSplit({
      ...definedProgram({ program: bound.program && { ...bound.program, edge: 'inclusive' }, salt: 'ramp' }),
      allocations: [{ variant: 'in', weight: 0, ranges: [{ start: 0, end: 0.25 }] }],
    });
    for (const id of [...UNITS, '']) {
      const sdk = new GrowthBook({
        attributes: { id },
        features: {
          checkout: { defaultValue: 'out', rules: [experiment] },
          ramp: { defaultValue: 'out', rules: [rollout] },
        },
      });
      expect([id, variantOf(split.pick(id))]).toEqual([id, sdk.getFeatureValue('checkout', 'out')]);
      expect([id, ramp.pick(id) < 0 ? 'out' : 'in']).toEqual([id, sdk.getFeatureValue('ramp', 'out')]);
      sdk.destroy();
    }
  });

  describe('LaunchDarkly', () => {
    let client: LDClient;

    beforeAll(async () => {
      const source = new integrations.TestData();
      const flag = { version: 1, on: true, variations: ['a', 'b', 'c'], offVariation: 0, targets: [], rules: [] };
      const variations = WEIGHTED.map(({ weight }, variation) => ({ variation, weight }));
      const rollouts = { checkout: {}, seeded: { seed: 61 }, byGroup: { bucketBy: 'group' } };
      for (const [key, extra] of Object.entries(rollouts)) {
        void source.usePreconfiguredFlag({
          ...flag,
          key,
          salt: 's4lt',
          fallthrough: { rollout: { variations, ...extra } },
        });
      }
      const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };
      client = init('sdk-key', { updateProcessor: source.getFactory(), sendEvents: false, logger: quiet });
      await client.waitForInitialization({ timeout: 5 });
    });

    afterAll(() => {
      client.close();
    });

    it.each([
      ['checkout', 'launchdarkly'],
      ['seeded', 'launchdarkly-seed'],
    ])('flag %s', async (flag, vector) => {
      const split = compileSplit(splitOf(vector), flag);
      for (const key of UNITS) {
        expect([key, variantOf(split.pick(key))]).toEqual([
          key,
          await client.variation(flag, { kind: 'user', key }, 'x'),
        ]);
      }
    });

    it('missing, empty, whole and fractional bucketing attributes', async () => {
      const split = compileSplit(splitOf('launchdarkly'), 'byGroup');
      const groups = [
        [undefined, undefined],
        ['', ''],
        [77, '77'],
        ['77', '77'],
        [1.5, undefined],
        [true, undefined],
      ] as const;
      for (const [group, unit] of groups) {
        const context = { kind: 'user', key: 'u', ...(group === undefined ? {} : { group }) };
        expect([group, variantOf(split.pick(unit))]).toEqual([group, await client.variation('byGroup', context, 'x')]);
      }
    });
  });

  describe('Unleash', () => {
    let client: Unleash;

    beforeAll(async () => {
      const parameters = { groupId: 'checkout', rollout: '50', stickiness: 'userId' };
      const variants = [200, 300, 500].map((weight, index) => ({
        name: 'abc'[index] ?? '',
        weight,
        stickiness: 'userId',
      }));
      const strategies = [{ name: 'flexibleRollout', parameters, constraints: [], segments: [], variants }];
      const feature = { name: 'checkout', type: 'release', enabled: true, project: 'default', impressionData: false };
      client = new Unleash({
        appName: 'golden',
        url: 'http://127.0.0.1:9/',
        refreshInterval: 0,
        disableMetrics: true,
        storageProvider: new InMemStorageProvider(),
        bootstrap: { data: [{ ...feature, stale: false, strategies, variants: [] }] },
      });
      client.on('error', ignore);
      client.on('warn', ignore);
      if (!client.isSynchronized()) await new Promise((resolve) => client.once('ready', resolve));
    });

    afterAll(() => {
      client.destroy();
    });

    it('gradual rollout and then variants', () => {
      const split = compileSplit(splitOf('unleash-variant'), 'checkout');
      for (const userId of UNITS) {
        const picked = split.pick(userId);
        const variant = client.getVariant('checkout', { userId });
        expect([userId, picked < 0 ? 'disabled' : variantOf(picked)]).toEqual([userId, variant.name]);
      }
    });
  });
});

function splitOf(name: string): Split {
  const vector = bucketingVectors().find((candidate) => candidate.name === name);
  // JSON for every language; golden-programs.spec.ts shows that every one is a split.
  return vector?.split as unknown as Split;
}

function definedProgram({ program, salt }: Pick<Split, 'salt'> & { readonly program: Split['program'] }) {
  return { salt, ...(program && { program }) };
}

function variantOf(index: number): string {
  return 'abc'[index] ?? 'out';
}

function flagdWith(targeting: object): FlagdCore {
  const core = new FlagdCore();
  const variants = { a: 'a', b: 'b', c: 'c' };
  core.setConfigurations(
    JSON.stringify({ flags: { checkout: { state: 'ENABLED', variants, defaultVariant: 'a', targeting } } }),
  );
  return core;
}

function fromFlagd(core: FlagdCore, targetingKey: string): string {
  return core.resolveStringEvaluation('checkout', 'x', { targetingKey }).value;
}

function asciiUnits(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${'abcdefgh'.slice(0, index % 9)}${index}`);
}

function ignore(): void {
  // The SDKs log that they are offline.
}
