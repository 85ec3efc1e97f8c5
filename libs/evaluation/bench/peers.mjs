import { FlagdCore } from '@openfeature/flagd-core';
import { GrowthBookClient } from '@growthbook/growthbook';
import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { Unleash } from 'unleash-client';

import { CONTEXTS, HUNDRED } from './environments.mjs';

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
const COUNT = CONTEXTS.length;

/**
 * Each peer takes `{ static, attribute, split, hundred, list, all }` and returns, per row that it supports, a call that
 * evaluates for the context of that number and gives whether the flag is on.
 */
export const PEERS = { 'flagd-core': flagd, LaunchDarkly: launchDarkly, GrowthBook: growthBook, Unleash: unleash };

function kindOf(index) {
  return index % 4 === 0 ? 'static' : index % 4 === 1 ? 'attribute' : 'split';
}

async function flagd(ids) {
  const is = (attribute, value) => ({ '==': [{ var: attribute }, value] });
  const targeting = {
    static: () => undefined,
    attribute: () => ({ if: [is('country', 'SE'), 'on', null] }),
    split: (key) => ({
      if: [
        { in: [{ var: 'country' }, ['SE', 'NO']] },
        { fractional: [{ cat: [key, '/', { var: 'targetingKey' }] }, ['on', 500_000], ['off', 500_000]] },
        null,
      ],
    }),
    hundred: () => ({ if: [...HUNDRED.flatMap(({ attribute, value }) => [is(attribute, value), 'on']), null] }),
    list: () => ({ if: [{ in: [{ var: 'targetingKey' }, ids] }, 'on', null] }),
  };
  const flag = (kind, key) => ({
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    ...(targeting[kind](key) && { targeting: targeting[kind](key) }),
  });
  const core = (flags) => {
    const made = new FlagdCore(undefined, SILENT);
    made.setConfigurations(JSON.stringify({ flags }));
    return made;
  };
  const rows = {};
  for (const kind of Object.keys(targeting)) {
    const evaluator = core({ [kind]: flag(kind, kind) });
    rows[kind] = (index) => evaluator.resolveBooleanEvaluation(kind, false, CONTEXTS[index % COUNT], SILENT).value;
  }
  const all = core(
    Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`flag-${i}`, flag(kindOf(i), `flag-${i}`)])),
  );
  rows.all = (index) => all.resolveAll(CONTEXTS[index % COUNT], SILENT).length;
  return { rows, close() {} };
}

async function launchDarkly(ids) {
  const data = new TestData();
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    logger: SILENT,
    diagnosticOptOut: true,
  });
  await client.waitForInitialization({ timeout: 10 });
  const clause = (attribute, values) => ({ contextKind: 'user', attribute, op: 'in', values, negate: false });
  const rules = {
    static: () => [],
    attribute: () => [{ id: 'a', clauses: [clause('country', ['SE'])], variation: 0 }],
    split: () => [
      {
        id: 'a',
        clauses: [clause('country', ['SE', 'NO'])],
        rollout: {
          variations: [
            { variation: 0, weight: 50_000 },
            { variation: 1, weight: 50_000 },
          ],
        },
      },
    ],
    hundred: () =>
      HUNDRED.map(({ attribute, value }, i) => ({
        id: String(i),
        clauses: [clause(attribute, [value])],
        variation: 0,
      })),
    list: () => [{ id: 'a', clauses: [clause('key', ids)], variation: 0 }],
  };
  const flag = (kind, key) => ({
    key,
    version: 1,
    on: true,
    salt: key,
    fallthrough: { variation: 1 },
    offVariation: 1,
    variations: [true, false],
    rules: rules[kind](),
  });
  // TestData overflows the stack on a clause of a million values.
  delete rules.list;
  for (const kind of Object.keys(rules)) await data.usePreconfiguredFlag(flag(kind, kind));
  const contexts = CONTEXTS.map(({ targetingKey, ...rest }) => ({ kind: 'user', key: targetingKey, ...rest }));
  const rows = {};
  for (const kind of Object.keys(rules)) {
    rows[kind] = async (index) => client.variation(kind, contexts[index % COUNT], false);
  }
  const allData = new TestData();
  const all = init('sdk-key', {
    updateProcessor: allData.getFactory(),
    sendEvents: false,
    logger: SILENT,
    diagnosticOptOut: true,
  });
  await all.waitForInitialization({ timeout: 10 });
  for (let i = 0; i < 1_000; i += 1) await allData.usePreconfiguredFlag(flag(kindOf(i), `flag-${i}`));
  rows.all = async (index) => (await all.allFlagsState(contexts[index % COUNT])).valid;
  return { rows, isAsync: true, close: () => (client.close(), all.close()) };
}

async function growthBook(ids) {
  const rules = {
    static: () => [],
    attribute: () => [{ condition: { country: 'SE' }, force: true }],
    split: (key) => [
      {
        condition: { country: { $in: ['SE', 'NO'] } },
        key,
        hashAttribute: 'targetingKey',
        hashVersion: 2,
        variations: [true, false],
        weights: [0.5, 0.5],
      },
    ],
    hundred: () => HUNDRED.map(({ attribute, value }) => ({ condition: { [attribute]: value }, force: true })),
    list: () => [{ condition: { targetingKey: { $inGroup: 'members' } }, force: true }],
  };
  const client = (features) => {
    const made = new GrowthBookClient();
    made.initSync({ payload: { features, savedGroups: { members: ids } } });
    return made;
  };
  const flag = (kind, key) => ({ defaultValue: false, rules: rules[kind](key) });
  const users = CONTEXTS.map((attributes) => ({ attributes }));
  const rows = {};
  for (const kind of Object.keys(rules)) {
    const made = client({ [kind]: flag(kind, kind) });
    rows[kind] = (index) => made.evalFeature(kind, users[index % COUNT]).value;
  }
  const keys = Array.from({ length: 1_000 }, (_, i) => `flag-${i}`);
  const all = client(Object.fromEntries(keys.map((key, i) => [key, flag(kindOf(i), key)])));
  rows.all = (index) => {
    let on = 0;
    for (const key of keys) on += all.evalFeature(key, users[index % COUNT]).value ? 1 : 0;
    return on;
  };
  return { rows, close() {} };
}

async function unleash(ids) {
  const constraint = (contextName, values) => ({ contextName, operator: 'IN', values, inverted: false });
  const strategy = (constraints, rollout = 100) => ({
    name: 'flexibleRollout',
    constraints,
    parameters: { rollout: String(rollout), stickiness: 'userId', groupId: 'bench' },
  });
  const plain = (constraints) => ({ name: 'default', constraints, parameters: {} });
  const strategies = {
    static: () => [plain([])],
    attribute: () => [plain([constraint('country', ['SE'])])],
    split: () => [strategy([constraint('country', ['SE', 'NO'])], 50)],
    hundred: () => HUNDRED.map(({ attribute, value }) => plain([constraint(attribute, [value])])),
    list: () => [plain([constraint('userId', ids)])],
  };
  const feature = (kind, name) => ({
    name,
    type: 'release',
    enabled: true,
    stale: false,
    strategies: strategies[kind](),
    variants: [],
  });
  const keys = Array.from({ length: 1_000 }, (_, i) => `flag-${i}`);
  const features = [
    ...Object.keys(strategies).map((kind) => feature(kind, kind)),
    ...keys.map((key, i) => feature(kindOf(i), key)),
  ];
  const client = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:1/api',
    refreshInterval: 0,
    metricsInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    bootstrap: { data: features },
    storageProvider: { async get() {}, async set() {} },
  });
  client.on('error', () => {});
  client.on('warn', () => {});
  const ready = new Promise((resolve) => client.once('ready', resolve));
  client.start().catch(() => {});
  await ready;
  const contexts = CONTEXTS.map(({ targetingKey, ...properties }) => ({ userId: targetingKey, properties }));
  const rows = {};
  for (const kind of Object.keys(strategies)) rows[kind] = (index) => client.isEnabled(kind, contexts[index % COUNT]);
  rows.all = (index) => {
    let on = 0;
    for (const key of keys) on += client.isEnabled(key, contexts[index % COUNT]) ? 1 : 0;
    return on;
  };
  return { rows, close: () => client.destroy() };
}
