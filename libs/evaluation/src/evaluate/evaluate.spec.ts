import { DomainError } from '@sortition/kernel';
import { describe, expect, it } from '@jest/globals';

import {
  changedFlags,
  compileSnapshot,
  dependentsOf,
  diffAssignments,
  explain,
  InMemoryStickyAssignments,
  validateSnapshot,
  type Flag,
  type Rule,
  type Snapshot,
} from '../index.js';

const on: Rule = { key: 'on', serve: { kind: 'variant', variant: 'on' } };
const half = {
  salt: 'half',
  allocations: [
    { variant: 'on', weight: 500_000 },
    { variant: 'off', weight: 500_000 },
  ],
};

describe('evaluating a flag', () => {
  it('serves the default variant as static when nothing can change it', () => {
    expect(decide(flag('a'))).toMatchObject({ value: false, variant: 'off', reason: 'STATIC' });
  });

  it('leaves the value to the caller when there is no default variant', () => {
    const { defaultVariant: _, ...bare } = flag('a');

    expect(decide(bare)).toMatchObject({ value: undefined, variant: undefined, reason: 'DEFAULT' });
  });

  it('serves the off variant while it is disabled', () => {
    expect(decide({ ...flag('a', on), enabled: false, offVariant: 'off' })).toMatchObject({
      variant: 'off',
      reason: 'DISABLED',
    });
  });

  it('says that an unknown flag is not found', () => {
    expect(compileSnapshot(snapshot([])).evaluate('nope')).toMatchObject({
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
      errorMessage: 'There is no flag "nope".',
    });
  });

  it('gives a target its variant before any rule', () => {
    const targeted = { ...flag('a', on), targets: [{ variant: 'off', units: ['u1', '77'] }] };

    expect(decide(targeted, { targetingKey: 'u1' })).toMatchObject({ variant: 'off', reason: 'TARGETING_MATCH' });
    expect(decide(targeted, { targetingKey: 77 })).toMatchObject({ variant: 'off' });
    expect(decide(targeted, { targetingKey: 'u2' })).toMatchObject({ variant: 'on' });
  });

  it('asks for a targeting key only where one is needed', () => {
    const split = flag('a', { key: 'half', serve: { kind: 'split', split: half } });

    expect(decide(split, {})).toMatchObject({ reason: 'ERROR', errorCode: 'TARGETING_KEY_MISSING', value: undefined });
    expect(decide(split, { targetingKey: { id: 1 } })).toMatchObject({ errorCode: 'INVALID_CONTEXT' });
    expect(decide(flag('b', on), {})).toMatchObject({ variant: 'on' });
  });

  it('passes over a rule on companies when the context has none', () => {
    const split = flag('a', { key: 'half', serve: { kind: 'split', split: { ...half, unit: 'company' } } }, on);

    expect(decide(split, { targetingKey: 'u' })).toMatchObject({ rule: 'on' });
  });

  it('activates a scheduled rule from its start up to its end, and never without a time', () => {
    const scheduled = flag('a', { ...on, schedule: { startsAt: 100, endsAt: 200 } });
    const variants = [99, 100, 199, 200, undefined].map((now) => decide(scheduled, {}, now).variant);

    expect(variants).toEqual(['off', 'on', 'on', 'off', 'off']);
  });

  it('records what a fall-through rule assigns and goes on', () => {
    const decision = decide(flag('a', { key: 'first', serve: { kind: 'split', split: half }, fallThrough: true }, on), {
      targetingKey: 'u1',
    });

    expect(decision).toMatchObject({ rule: 'on', passed: [{ rule: 'first', assignment: undefined }] });
  });

  it('does not match a rule whose operator threw, even under not, and says so', () => {
    const failures: string[] = [];
    const operator = {
      name: 'acme.broken',
      parse: () => undefined,
      matches: () => {
        throw new Error('broken');
      },
    } as const;
    const broken = flag('a', { ...on, condition: { not: { operator: 'acme.broken' } } });

    const decision = compileSnapshot(snapshot([broken]), {
      operators: [operator],
      onOperatorFailure: (name) => failures.push(name),
    }).evaluate('a', {});

    expect(decision).toMatchObject({ value: false, variant: 'off', reason: 'ERROR', errorCode: undefined });
    expect(decision.errorMessage).toBe('Operator "acme.broken" failed in rule "on", which therefore does not match.');
    expect(failures).toEqual(['acme.broken']);
  });

  it('returns the same frozen decision again, so that nothing is allocated', () => {
    const compiled = compileSnapshot(snapshot([flag('a', { key: 'half', serve: { kind: 'split', split: half } })]));

    const decision = compiled.evaluate('a', { targetingKey: 'u1' });

    expect(compiled.evaluate('a', { targetingKey: 'u1' })).toBe(decision);
    expect(Object.isFrozen(decision)).toBe(true);
  });

  it('finds the last of a hundred rules by the value that it asks for', () => {
    const rules = Array.from({ length: 100 }, (_, index): Rule => ({
      ...on,
      key: `r${index}`,
      condition: { attribute: 'plan', equals: `p${index}` },
    }));

    expect(decide(flag('a', ...rules), { plan: 'p99' }).rule).toBe('r99');
    expect(decide(flag('a', ...rules), { plan: ['x', 'p7'] }).rule).toBe('r7');
    expect(decide(flag('a', ...rules), { plan: 'none' }).reason).toBe('DEFAULT');
  });
});

describe('prerequisites', () => {
  const child = { ...flag('child', on), offVariant: 'off', prerequisites: [{ flag: 'parent', variants: ['on'] }] };

  it('serve the off variant when the other flag serves something else', () => {
    expect(compileSnapshot(snapshot([child, flag('parent')])).evaluate('child', {})).toMatchObject({
      variant: 'off',
      reason: 'DISABLED',
    });
    expect(compileSnapshot(snapshot([child, flag('parent', on)])).evaluate('child', {}).variant).toBe('on');
  });

  it('that form a cycle are refused, and the cycle is named', () => {
    const parent = { ...flag('parent'), prerequisites: [{ flag: 'child', variants: ['on'] }] };

    const [violation] = validateSnapshot(snapshot([child, parent]));

    expect(violation?.description).toBe('prerequisites must not form a cycle, got child -> parent -> child');
  });

  it('that are missing a flag or a variant are refused', () => {
    expect(validateSnapshot(snapshot([child]))).toHaveLength(1);
    const wrong = { ...child, prerequisites: [{ flag: 'parent', variants: ['purple'] }] };
    expect(validateSnapshot(snapshot([wrong, flag('parent')]))).toHaveLength(1);
  });

  it('list the flags that depend on one, directly or not', () => {
    const grandchild = { ...flag('grandchild'), prerequisites: [{ flag: 'child', variants: ['on'] }] };

    expect(dependentsOf([grandchild, child, flag('parent')], 'parent')).toEqual(['child', 'grandchild']);
  });
});

describe('a snapshot', () => {
  it('that is wrong is refused with every problem, each with path, reason and value', () => {
    const bad = {
      ...flag('a', on),
      enabled: 'yes',
      defaultVariant: 'purple',
      targets: [{ variant: 'on', units: [5] }],
    };

    const refuse = (): unknown => compileSnapshot({ ...snapshot([]), flags: [bad, 7] });

    expect(refuse).toThrow(DomainError);
    expect(validateSnapshot({ ...snapshot([]), flags: [bad, 7] })).toEqual([
      { field: 'flags[0].enabled', description: 'must be true or false, got "yes"' },
      { field: 'flags[0].defaultVariant', description: 'must be a variant of the flag, got "purple"' },
      { field: 'flags[0].targets[0].units[0]', description: 'must be text, got 5' },
      { field: 'flags[1]', description: 'must be an object, got 7' },
    ]);
  });

  it('whose segments form a cycle is refused', () => {
    const segments = [
      { key: 'a', condition: { segment: 'b' } },
      { key: 'b', condition: { not: { segment: 'a' } } },
    ];

    expect(validateSnapshot({ ...snapshot([]), segments })[0]?.description).toContain('a -> b -> a');
  });

  it('in which two experiments occupy the same buckets of a layer is refused', () => {
    const [first, second] = [experiment('one', 0, 10), experiment('two', 9, 20)];

    const [violation] = validateSnapshot(withLayer([flag('a', first), flag('b', second)]));

    expect(violation?.description).toBe(
      'experiments "one" and "two" must not both occupy buckets [9, 10) of layer "layer"',
    );
  });

  it('says which flags a change of a segment touches', () => {
    const uses = flag('uses', { ...on, condition: { segment: 's' } });
    const before = { ...snapshot([uses, flag('other')]), segments: [{ key: 's', condition: { all: [] } }] };
    const compiled = compileSnapshot(before);

    const next = compiled.applyDelta({
      format: 1,
      fromRevision: 1,
      revision: 2,
      flags: { upserted: [], removed: [] },
      segments: { upserted: [{ key: 's', condition: { any: [] } }], removed: [] },
      lists: { upserted: [], removed: [] },
      layers: { upserted: [], removed: [] },
      holdouts: { upserted: [], removed: [] },
    });

    expect(changedFlags(compiled, next)).toEqual(['uses']);
    expect(next.flag('other')).toBe(compiled.flag('other'));
    expect([compiled.revision, next.revision]).toEqual([1, 2]);
    expect(diffAssignments(compiled, next, [{}]).changes).toMatchObject([{ flag: 'uses', context: 0 }]);
  });
});

describe('an experiment', () => {
  it('never shares a unit with another of its layer, and names the unit', () => {
    const compiled = compileSnapshot(
      withLayer([flag('a', experiment('one', 0, 500_000)), flag('b', experiment('two', 500_000, 1_000_000))]),
    );

    for (let index = 0; index < 2_000; index += 1) {
      const decisions = ['a', 'b'].map((key) => compiled.evaluate(key, { targetingKey: `u${index}` }));

      expect(decisions.filter(({ assignment }) => assignment !== undefined)).toHaveLength(1);
    }
    expect(
      compiled.evaluate('a', { targetingKey: 'u2' }).assignment ??
        compiled.evaluate('b', { targetingKey: 'u2' }).assignment,
    ).toMatchObject({ phase: 1, unitAttribute: 'targetingKey', unit: 'u2' });
  });

  it('explains the bucket and the range of each stage', () => {
    const compiled = compileSnapshot(withLayer([flag('a', experiment('one', 0, 1_000_000))]));

    const { steps, decision } = explain(compiled, 'a', { targetingKey: 'u1' });

    expect(decision).toEqual(compiled.evaluate('a', { targetingKey: 'u1' }));
    expect(steps).toMatchObject([
      {
        kind: 'rule',
        outcome: 'decided',
        assignment: {
          unit: 'u1',
          stages: [{ kind: 'layer', key: 'layer', passed: true, range: { start: 0, end: 1_000_000 } }],
          split: { split: { hashInput: 'half/u1' } },
        },
      },
    ]);
  });

  it('keeps the variant of a unit in two steps, and takes nobody in while intake is paused', () => {
    const sticky = { materialization: 'm' };
    const rule: Rule = { key: 'e', serve: { kind: 'experiment', experiment: 'e', phase: 1, split: half, sticky } };
    const paused: Rule = {
      ...rule,
      serve: { ...rule.serve, sticky: { ...sticky, intakePaused: true } } as Rule['serve'],
    };
    const store = new InMemoryStickyAssignments({ ttlMs: 1_000, capacity: 10 });
    const compiled = compileSnapshot(snapshot([flag('a', rule)]));
    const step = compiled.begin('a', { targetingKey: 'u1' });

    expect(step).toEqual({ kind: 'needs-lookup', keys: [{ materialization: 'm', unit: 'u1' }] });
    expect(compiled.evaluate('a', { targetingKey: 'u1' })).toMatchObject({ errorCode: 'GENERAL' });
    const { writes, decision } = compiled.finish('a', { targetingKey: 'u1' }, []);
    store.store(writes, 0);
    const later = compileSnapshot(snapshot([flag('a', paused)]));
    const records = store.lookUp([{ materialization: 'm', unit: 'u1' }], 500);

    expect(later.finish('a', { targetingKey: 'u1' }, records).decision.variant).toBe(decision.variant);
    expect(later.finish('a', { targetingKey: 'u2' }, []).decision).toMatchObject({ reason: 'DEFAULT' });
    expect(store.lookUp([{ materialization: 'm', unit: 'u1' }], 1_499)).toHaveLength(1);
    expect(store.lookUp([{ materialization: 'm', unit: 'u1' }], 2_499)).toHaveLength(0);
  });
});

function flag(key: string, ...rules: readonly Rule[]): Flag {
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

function experiment(key: string, start: number, end: number): Rule {
  const serve = { kind: 'experiment' as const, experiment: key, phase: 1, layer: 'layer', split: half };
  return { key, serve: { ...serve, ranges: [{ start, end }] } };
}

function snapshot(flags: readonly Flag[]): Snapshot {
  const rest = { segments: [], lists: [], layers: [], holdouts: [] };
  return { format: 1, organization: 'acme', project: 'shop', environment: 'production', revision: 1, flags, ...rest };
}

function withLayer(flags: readonly Flag[]): Snapshot {
  return { ...snapshot(flags), layers: [{ key: 'layer', salt: 'layer-salt' }] };
}

function decide(
  subject: Flag,
  context: object = {},
  now?: number,
): ReturnType<ReturnType<typeof compileSnapshot>['evaluate']> {
  return compileSnapshot(snapshot([subject])).evaluate(subject.key, context, now === undefined ? {} : { now });
}
