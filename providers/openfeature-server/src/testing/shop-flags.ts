import type { Flag, Rule, Snapshot } from '@sortition/evaluation';

/** A flag with one variant that every context gets, unless more is said. */
export function flagOf(key: string, type: Flag['type'], value: unknown, more: Partial<Flag> = {}): Flag {
  const variants = [{ key: 'one', value: value as never }];
  return { key, type, variants, enabled: true, defaultVariant: 'one', rules: [], ...more };
}

/** A rule by which every unit of an attribute takes part in an experiment. */
export function experimentRule(unit: string): Rule {
  return {
    key: 'experiment',
    serve: {
      kind: 'experiment',
      experiment: 'checkout-test',
      phase: 2,
      unit,
      split: { salt: 's', allocations: [{ variant: 'one', weight: 1_000_000 }] },
    },
  };
}

export const shopFlags: readonly Flag[] = [
  flagOf('boolean', 'boolean', true),
  flagOf('string', 'string', 'text'),
  flagOf('disabled', 'boolean', true, { enabled: false }),
  flagOf('checkout', 'string', 'express', { rules: [experimentRule('company')] }),
];

/** A snapshot of these flags at a revision. */
export function shopSnapshot(flags: readonly Flag[] = shopFlags, revision = 7): Snapshot {
  const names = { organization: 'acme', project: 'shop', environment: 'production' };
  return { format: 1, ...names, revision, flags, segments: [], lists: [], layers: [], holdouts: [] };
}
