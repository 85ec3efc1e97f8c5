import type {
  Prerequisite,
  Rule,
  ServeCallerDefault,
  ServeRollout,
  ServeSplit,
  ServeVariant,
  Target,
} from '@sortition/evaluation';

import { hasOwnSalt } from '../declared-split.js';

/** To whom a flag serves what, in one environment. */
export interface FlagConfiguration {
  readonly enabled: boolean;
  readonly rules: readonly ConfiguredRule[];
  readonly defaultVariant?: string;
  readonly offVariant?: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
}

/** A rule as people write it: an experiment is named here and filled in when the snapshot is built. */
export interface ConfiguredRule extends Omit<Rule, 'serve'> {
  readonly serve: ConfiguredServe;
}

export type ConfiguredServe = ServeVariant | ServeCallerDefault | ServeSplit | ServeRollout | ServeNamedExperiment;

export interface ServeNamedExperiment {
  readonly kind: 'experiment';
  /** Key of the experiment; the rule is active while it runs. */
  readonly experiment: string;
}

/** What a flag has in every environment from its creation: it serves the caller's own default. */
export const INITIAL_CONFIGURATION: FlagConfiguration = { enabled: false, rules: [], prerequisites: [], targets: [] };

/**
 * Gives native splits and rollouts without a salt the one that the same rule had before, or a new one.
 * Salts are made once and kept, so that writing a configuration again never moves a unit. An imported split keeps an
 * empty salt: its program hashes it like any other.
 */
export function withSalts(
  rules: readonly ConfiguredRule[],
  previous: readonly ConfiguredRule[],
  newSalt: () => string,
): readonly ConfiguredRule[] {
  const saltOfRule = new Map(previous.map((rule) => [rule.key, saltOf(rule.serve)]));
  return rules.map((rule) => {
    const { serve } = rule;
    const isSalted = (serve.kind === 'split' && hasOwnSalt(serve.split.program)) || serve.kind === 'rollout';
    if (!isSalted || saltOf(serve) !== '') return rule;
    const salt = saltOfRule.get(rule.key) || newSalt();
    return {
      ...rule,
      serve: serve.kind === 'split' ? { ...serve, split: { ...serve.split, salt } } : { ...serve, salt },
    };
  });
}

function saltOf(serve: ConfiguredServe): string | undefined {
  if (serve.kind === 'split') return serve.split.salt;
  return serve.kind === 'rollout' ? serve.salt : undefined;
}
