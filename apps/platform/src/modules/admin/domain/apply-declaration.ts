import { invalidState, notFound } from './admin-errors.js';
import type { Declaration, DeclaredExperiment, DeclaredFlag } from './declaration.js';
import {
  changesOfConfiguration,
  changesOfEventDefinition,
  changesOfExperiment,
  changesOfFlag,
  changesOfLayer,
  changesOfMetric,
  changesOfSegment,
} from './declared-changes.js';
import { differingPaths } from './differing-paths.js';
import { createResource, updateResource, type DefinitionChanges } from './edit-resource.js';
import { endExperiment, startExperiment } from './experiment-lifecycle.js';
import { EVENT_POLICY_KEY, INITIAL_EVENT_POLICY } from './event-policy.js';
import type { ProjectDraft } from './project-draft.js';
import { formatName } from './resource-name.js';
import { nameOf, type Definitions, type Resource, type ResourceKind } from './resource.js';

/** One line of the plan. */
export interface PlannedChange {
  readonly action: 'create' | 'update' | 'none';
  /** Resource name. */
  readonly resource: string;
  /** Properties that differ, for an update. */
  readonly fields: readonly string[];
}

/** Properties that a document may leave out when it creates. */
const DEFAULTS: { readonly [K in Exclude<ResourceKind, 'flagConfiguration'>]: Partial<Definitions[K]> } = {
  flag: { description: '', owner: '', tags: [], lifetime: 'temporary', clientVisible: false },
  segment: { description: '' },
  layer: { description: '', salt: '' },
  metric: { description: '', aggregation: 'sum', direction: 'increase' },
  eventDefinition: {
    event: '',
    description: '',
    owner: '',
    requiredUnits: [],
    personalData: [],
    compatibility: 'backward',
  },
  eventPolicy: INITIAL_EVENT_POLICY,
  experiment: { hypothesis: '', metrics: [], alpha: 0.05, salt: '', state: 'draft', phases: [] },
};

/**
 * Makes a draft match a declaration. What the declaration does not mention stays.
 *
 * @returns the plan, in the order of application.
 * @throws DomainError what creating, updating, starting and ending throw; RESOURCE_NOT_FOUND for an environment.
 */
export function applyDeclaration(draft: ProjectDraft, declaration: Declaration): readonly PlannedChange[] {
  const { layers = [], metrics = [], segments = [], flags = [], experiments = [] } = declaration;
  const { eventPolicy, eventDefinitions = [] } = declaration;
  return [
    ...layers.map((item) => apply(draft, 'layer', item.key, () => changesOfLayer(item))),
    ...(eventPolicy ? [apply(draft, 'eventPolicy', EVENT_POLICY_KEY, () => eventPolicy)] : []),
    ...eventDefinitions.map((item) => apply(draft, 'eventDefinition', item.key, () => changesOfEventDefinition(item))),
    ...metrics.map((item) => apply(draft, 'metric', item.key, () => changesOfMetric(item))),
    ...segments.map((item) => apply(draft, 'segment', item.key, () => changesOfSegment(item))),
    ...flags.map((item) => apply(draft, 'flag', item.key, (before) => changesOfFlag(item, before))),
    ...experiments.map((item) => applyExperiment(draft, item)),
    ...flags.flatMap((item, index) => applyConfigurations(draft, item, `flags[${index}]`)),
  ];
}

function apply<K extends keyof typeof DEFAULTS>(
  draft: ProjectDraft,
  kind: K,
  key: string,
  changesFrom: (before: Definitions[K] | undefined) => DefinitionChanges<K>,
): PlannedChange {
  const before = draft.find(kind, key);
  const changes = changesFrom(before?.definition);
  if (before) return planned(before, updateResource(draft, before, changes));
  // The schema requires what has no default.
  const definition = { ...DEFAULTS[kind], ...changes } as Definitions[K];
  return planned(undefined, createResource(draft, kind, key, definition));
}

function applyConfigurations(draft: ProjectDraft, flag: DeclaredFlag, at: string): readonly PlannedChange[] {
  return Object.entries(flag.environments ?? {}).map(([environment, declared]) => {
    const before = draft.find('flagConfiguration', flag.key, environment);
    const field = `${at}.environments.${environment}`;
    if (!before) throw notFound(formatName('environment', { project: draft.project.key, environment }), field);
    return planned(before, updateResource(draft, before, changesOfConfiguration(declared, before.definition, field)));
  });
}

function applyExperiment(draft: ProjectDraft, declared: DeclaredExperiment): PlannedChange {
  const before = draft.find('experiment', declared.key);
  const line = apply(draft, 'experiment', declared.key, (definition) => changesOfExperiment(declared, definition));
  const current = draft.require({
    kind: 'experiment',
    project: draft.project.key,
    environment: undefined,
    key: declared.key,
  });
  const after = inState(draft, current, declared.state, before === undefined);
  return before ? planned(before, after) : line;
}

function inState(
  draft: ProjectDraft,
  experiment: Resource<'experiment'>,
  wanted: DeclaredExperiment['state'],
  isNew: boolean,
): Resource<'experiment'> {
  const { state } = experiment.definition;
  if (wanted === undefined || wanted === state) return experiment;
  if (state === 'draft' && wanted === 'running') return startExperiment(draft, experiment);
  if (state === 'running' && wanted === 'ended') return endExperiment(draft, experiment);
  // Ended elsewhere: it never ran here, so it has no phases and nothing to analyse.
  if (isNew) return draft.update(experiment, { ...experiment.definition, state: wanted });
  throw invalidState('state', wanted, `is not what "${nameOf(experiment)}" can become: it is ${state}`);
}

function planned<K extends ResourceKind>(before: Resource<K> | undefined, after: Resource<K>): PlannedChange {
  const resource = nameOf(after);
  if (!before) return { action: 'create', resource, fields: [] };
  const fields = differingPaths(before.definition, after.definition);
  return { action: fields.length > 0 ? 'update' : 'none', resource, fields };
}
