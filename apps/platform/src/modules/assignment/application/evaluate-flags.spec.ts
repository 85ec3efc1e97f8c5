import { beforeEach, describe, expect, it } from '@jest/globals';
import { compileSnapshot, type Flag, type Rule, type Sticky } from '@sortition/evaluation';

import { EnvironmentState } from '../domain/environment-state.js';
import { InMemoryStickyStores } from '../testing/in-memory-sticky-stores.js';
import { banner, checkout, ENVIRONMENT_ID, ORGANIZATION_ID, shop } from '../testing/shop-snapshot.js';
import { EvaluateFlags, type Evaluator } from './evaluate-flags.js';
import { StickyDecisions } from './sticky-decisions.js';

const CLOCK = { now: () => 1_000 };
const HERE: Evaluator = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID, audience: 'server' };
const ANN = { targetingKey: 'ann', plan: 'pro' };
const ALL = 1_000_000;

/** A flag of a sticky experiment that gives everybody one variant. */
function sticky(key: string, variant: string, settings: Partial<Sticky> = {}, before: readonly Rule[] = []): Flag {
  return {
    ...checkout,
    key,
    rules: [
      ...before,
      {
        key: 'experiment',
        serve: {
          kind: 'experiment',
          experiment: key,
          phase: 1,
          split: {
            salt: key,
            allocations: [
              { variant, weight: ALL },
              { variant: variant === 'control' ? 'treatment' : 'control', weight: 0 },
            ],
          },
          sticky: { materialization: key, ...settings },
        },
      },
    ],
  };
}

function stateOf(...flags: readonly Flag[]): EnvironmentState {
  return new EnvironmentState(compileSnapshot({ ...shop, flags }), 'hash');
}

describe('flags with sticky rules', () => {
  let stores: InMemoryStickyStores;
  let failures: unknown[];
  let evaluate: EvaluateFlags;

  beforeEach(() => {
    stores = new InMemoryStickyStores(CLOCK);
    failures = [];
    evaluate = new EvaluateFlags(CLOCK, new StickyDecisions(stores, (_id, error) => failures.push(error)));
  });

  it('make no other flag wait', () => {
    const state = stateOf(banner, checkout, sticky('green', 'control'));

    expect(evaluate.one(state, HERE, 'banner', ANN)).toMatchObject({ variant: 'on' });
    expect(evaluate.several(state, HERE, ['banner', 'checkout'], ANN)).toMatchObject([{ flag: 'banner' }, {}]);
    expect(stores.lookUps).toEqual([]);
  });

  it('keep a unit’s variant when the weights change', async () => {
    await evaluate.one(stateOf(sticky('green', 'control')), HERE, 'green', ANN);

    const after = stateOf(sticky('green', 'treatment'));

    expect(await evaluate.one(after, HERE, 'green', ANN)).toMatchObject({ variant: 'control', reason: 'SPLIT' });
    expect(await evaluate.one(after, HERE, 'green', { targetingKey: 'new' })).toMatchObject({ variant: 'treatment' });
  });

  it('take no new unit while the intake is paused', async () => {
    await evaluate.one(stateOf(sticky('green', 'treatment')), HERE, 'green', ANN);

    const paused = stateOf(sticky('green', 'treatment', { intakePaused: true }));

    expect(await evaluate.one(paused, HERE, 'green', ANN)).toMatchObject({ variant: 'treatment', reason: 'SPLIT' });
    expect(await evaluate.one(paused, HERE, 'green', { targetingKey: 'new' })).toMatchObject({
      variant: 'control',
      reason: 'DEFAULT',
    });
  });

  it('share one look-up in one request, and answer in the order of keys', async () => {
    const state = stateOf(banner, sticky('amber', 'control'), sticky('green', 'treatment'));

    const decisions = await evaluate.several(state, HERE, [], ANN);

    expect(decisions.map(({ flag, decision }) => [flag, decision.variant])).toEqual([
      ['amber', 'control'],
      ['banner', 'on'],
      ['green', 'treatment'],
    ]);
    expect(stores.lookUps).toHaveLength(1);
    expect(stores.lookUps[0]).toHaveLength(2);
  });

  it('say that the store does not answer, while other flags and earlier rules are decided', async () => {
    const early: Rule = {
      key: 'pro',
      condition: { attribute: 'plan', equals: 'pro' },
      serve: { kind: 'variant', variant: 'treatment' },
    };
    const state = stateOf(banner, sticky('amber', 'control', {}, [early]), sticky('green', 'treatment'));
    stores.isAway = true;

    const decisions = await evaluate.several(state, HERE, [], ANN);

    expect(decisions).toMatchObject([
      { flag: 'amber', decision: { variant: 'treatment', rule: 'pro' } },
      { flag: 'banner', decision: { variant: 'on' } },
      {
        flag: 'green',
        decision: {
          reason: 'ERROR',
          errorCode: 'GENERAL',
          errorMessage: 'The store of sticky assignments does not answer, so flag "green" is not decided.',
        },
      },
    ]);
    expect(decisions[2]?.decision.variant).toBeUndefined();
  });

  it('tell a unit no variant that could not be stored', async () => {
    const state = stateOf(sticky('green', 'treatment'));
    await evaluate.one(state, HERE, 'green', ANN);
    stores.isReadOnly = true;

    expect(await evaluate.one(state, HERE, 'green', ANN)).toMatchObject({ variant: 'treatment' });
    expect(await evaluate.one(state, HERE, 'green', { targetingKey: 'new' })).toMatchObject({ errorCode: 'GENERAL' });
  });

  it('report a store that went away once, and again after it came back', async () => {
    const state = stateOf(sticky('green', 'treatment'));
    for (const isAway of [true, true, false, true]) {
      stores.isAway = isAway;
      await evaluate.one(state, HERE, 'green', ANN);
    }

    expect(failures).toHaveLength(2);
  });
});
