import type {
  Declaration,
  DeclaredConfiguration,
  DeclaredExperiment,
  DeclaredFlag,
  DeclaredMetric,
} from './declaration.js';
import { declaredRule } from './declared-rule.js';
import { declaredShares } from './declared-shares.js';
import { declaredWindow } from './declared-window.js';
import type { ProjectState } from './project-state.js';
import type { Resource } from './resource.js';

/** Writes a project in the form in which it can be applied again, here or elsewhere. */
export function declareProject(state: ProjectState): Declaration {
  const policies = state.all('eventPolicy');
  return {
    version: 1,
    layers: state.all('layer').map(({ key, definition }) => ({ key, ...definition })),
    ...policies.map(({ definition }) => ({ eventPolicy: definition }))[0],
    eventDefinitions: state.all('eventDefinition').map(({ key, definition }) => ({ key, ...definition })),
    metrics: state.all('metric').map(declaredMetric),
    segments: state.all('segment').map(({ key, definition }) => ({ key, ...definition })),
    flags: state.all('flag').map((flag) => declaredFlag(state, flag)),
    experiments: state.all('experiment').map(declaredExperiment),
  };
}

function declaredFlag(state: ProjectState, { key, definition }: Resource<'flag'>): DeclaredFlag {
  const { variants, ...flag } = definition;
  const configurations = state.environments.flatMap((environment) => {
    const found = state.find('flagConfiguration', key, environment.key);
    return found ? [[environment.key, declaredConfiguration(found)] as const] : [];
  });
  return {
    key,
    ...flag,
    variants: Object.fromEntries(variants.map((variant) => [variant.key, variant.value])),
    environments: Object.fromEntries(configurations),
  };
}

function declaredConfiguration({ definition }: Resource<'flagConfiguration'>): DeclaredConfiguration {
  return { ...definition, rules: definition.rules.map(declaredRule) };
}

function declaredMetric({ key, definition }: Resource<'metric'>): DeclaredMetric {
  const { windowMs, ...metric } = definition;
  return { key, ...metric, ...(windowMs !== undefined && { window: declaredWindow(windowMs) }) };
}

function declaredExperiment({ key, definition }: Resource<'experiment'>): DeclaredExperiment {
  const { hypothesis, flag, environment, unit, control, allocations, layer, layerBuckets } = definition;
  const { metrics, alpha, salt, sticky, intakePaused, state } = definition;
  const ofRole = (role: 'success' | 'guardrail'): readonly string[] =>
    metrics.filter((each) => each.role === role).map(({ metric }) => metric);
  return {
    key,
    hypothesis,
    flag,
    environment,
    ...(unit !== undefined && { unit }),
    control,
    variants: declaredShares(allocations),
    ...(layer !== undefined && { layer }),
    ...(layerBuckets !== undefined && { buckets: layerBuckets }),
    metrics: { success: ofRole('success'), guardrail: ofRole('guardrail') },
    alpha,
    salt,
    ...(sticky === true && { sticky }),
    ...(intakePaused === true && { intakePaused }),
    state,
  };
}
