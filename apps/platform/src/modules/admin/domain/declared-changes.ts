import type { Variant } from '@sortition/evaluation';
import type { JsonValue } from '@sortition/kernel';

import type {
  DeclaredConfiguration,
  DeclaredEventDefinition,
  DeclaredExperiment,
  DeclaredFlag,
  DeclaredLayer,
  DeclaredMetric,
  DeclaredSegment,
} from './declaration.js';
import { configuredRule } from './declared-rule.js';
import { weightsOf } from './declared-shares.js';
import { windowMsOf } from './declared-window.js';
import type { DefinitionChanges } from './edit-resource.js';
import type { ExperimentDefinition, ExperimentMetric } from './experiment-definition.js';
import type { FlagConfiguration } from './flag-configuration.js';
import type { FlagDefinition } from './flag-definition.js';

export function changesOfFlag(declared: DeclaredFlag, before?: FlagDefinition): DefinitionChanges<'flag'> {
  const { type, description, variants, schema, owner, tags, lifetime, clientVisible } = declared;
  const ordered = variantsOf(variants, before?.variants ?? []);
  return mentioned({ type, description, variants: ordered, schema, owner, tags, lifetime, clientVisible });
}

/** @param at path of the configuration in the document, for errors. */
export function changesOfConfiguration(
  declared: DeclaredConfiguration,
  before: FlagConfiguration,
  at: string,
): DefinitionChanges<'flagConfiguration'> {
  const { enabled, rules, defaultVariant, offVariant, prerequisites, targets } = declared;
  const configured = rules?.map((rule, index) => {
    const previous = before.rules.find(({ key }) => key === rule.key);
    return configuredRule(rule, previous, `${at}.rules[${index}]`);
  });
  return mentioned({ enabled, rules: configured, defaultVariant, offVariant, prerequisites, targets });
}

export function changesOfSegment({ description, condition }: DeclaredSegment): DefinitionChanges<'segment'> {
  return mentioned({ description, condition });
}

export function changesOfLayer({ description, salt }: DeclaredLayer): DefinitionChanges<'layer'> {
  return mentioned({ description, salt });
}

export function changesOfEventDefinition(declared: DeclaredEventDefinition): DefinitionChanges<'eventDefinition'> {
  const { event, description, owner, schema, value, requiredUnits, personalData, compatibility } = declared;
  return mentioned({ event, description, owner, schema, value, requiredUnits, personalData, compatibility });
}

export function changesOfMetric(declared: DeclaredMetric): DefinitionChanges<'metric'> {
  const { description, kind, event, aggregation, window, direction } = declared;
  const windowMs = typeof window === 'string' ? windowMsOf(window) : window;
  return mentioned({ description, kind, event, aggregation, windowMs, direction });
}

/** Everything but the state, which only starting and ending change. */
export function changesOfExperiment(
  declared: DeclaredExperiment,
  before?: ExperimentDefinition,
): DefinitionChanges<'experiment'> {
  const { hypothesis, flag, environment, unit, control, variants, layer, buckets, metrics, alpha, salt } = declared;
  const { sticky, intakePaused } = declared;
  return mentioned({
    hypothesis,
    flag,
    environment,
    unit,
    control,
    allocations: weightsOf(variants, before?.allocations ?? [], control),
    layer,
    layerBuckets: buckets,
    metrics: metrics && metricsOf(metrics, before?.metrics ?? []),
    alpha,
    salt,
    sticky: sticky === false ? null : sticky,
    intakePaused: intakePaused === false ? null : intakePaused,
  });
}

/** Leaves out what is undefined, for the document does not mention it; null clears. */
function mentioned<T extends object>(fields: { readonly [P in keyof T]: T[P] | null | undefined }): {
  readonly [P in keyof T]?: Exclude<T[P], null> | undefined;
} {
  const entries = Object.entries<unknown>(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? undefined])) as {
    readonly [P in keyof T]?: Exclude<T[P], null> | undefined;
  };
}

/** In the order of before when the keys are the same: the order of a map means nothing. */
function variantsOf(variants: Readonly<Record<string, JsonValue>>, before: readonly Variant[]): readonly Variant[] {
  const given = Object.entries(variants).map(([key, value]) => ({ key, value }));
  const isSame = before.length === given.length && before.every(({ key }) => Object.hasOwn(variants, key));
  return isSame ? before.map(({ key }) => ({ key, value: variants[key] ?? null })) : given;
}

function metricsOf(
  { success = [], guardrail = [] }: NonNullable<DeclaredExperiment['metrics']>,
  before: readonly ExperimentMetric[],
): readonly ExperimentMetric[] {
  const given: readonly ExperimentMetric[] = [
    ...success.map((metric) => ({ metric, role: 'success' as const })),
    ...guardrail.map((metric) => ({ metric, role: 'guardrail' as const })),
  ];
  const isKnown = ({ metric, role }: ExperimentMetric): boolean =>
    before.some((known) => known.metric === metric && known.role === role);
  return before.length === given.length && given.every(isKnown) ? before : given;
}
