import type { FieldViolation } from '@sortition/kernel';

import { invalidState, violationOf } from '../../configuration-errors.js';
import type { ProjectState } from '../../project/project-state.js';
import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import type { Reference, Resource } from '../../resource.js';
import { KEY_SCHEMA, listSchema, objectSchema, PATH_SCHEMA, SALT_SCHEMA, TEXT_SCHEMA } from '../declared-schemas.js';
import {
  allocationsOf,
  declaredAllocations,
  declaredProgram,
  type DeclaredDivision,
  hasOwnSalt,
  programOf,
} from '../declared-split.js';
import { withSalt } from '../made-salt.js';
import { ALLOCATIONS_SCHEMA, GATES_SCHEMA, PROGRAM_SCHEMA, SHARES_SCHEMA } from '../split-schema.js';
import { inDeclaredState } from './declared-state.js';
import {
  DEFAULT_ALPHA,
  experimentProblems,
  type ExperimentDefinition,
  type ExperimentMetric,
  type ExperimentState,
} from './experiment-definition.js';
import { withPhaseOfNewWeights } from './experiment-lifecycle.js';

/** An experiment as people write it. */
export interface DeclaredExperiment extends Pick<DeclaredDivision, 'variants' | 'allocations'> {
  readonly hypothesis?: string;
  readonly flag: string;
  readonly environment: string;
  readonly unit?: string | null;
  readonly control: string;
  readonly program?: DeclaredDivision['program'] | null;
  readonly gates?: DeclaredDivision['gates'] | null;
  readonly layer?: string | null;
  readonly buckets?: number | null;
  readonly metrics?: DeclaredExperimentMetrics;
  readonly alpha?: number;
  readonly salt?: string;
  readonly sticky?: boolean | null;
  readonly intakePaused?: boolean | null;
  readonly state?: ExperimentState;
}

export interface DeclaredExperimentMetrics {
  readonly success?: readonly string[];
  readonly guardrail?: readonly string[];
}

declare module '../../resource.js' {
  interface Definitions {
    readonly experiment: ExperimentDefinition;
  }
  interface DeclaredForms {
    readonly experiment: DeclaredExperiment;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly experiments?: readonly Keyed<'experiment'>[];
  }
}

export const experiment = defineResourceType<'experiment'>({
  kind: 'experiment',
  collection: 'experiments',
  place: { as: 'list', section: 'experiments' },
  isEvaluated: true,
  schema: { oneOf: [{ required: ['variants'] }, { required: ['allocations'] }] },
  complete: (definition, { previous, sources }) => {
    if (previous) return withPhaseOfNewWeights(previous, definition, sources.now);
    return hasOwnSalt(definition.program) ? withSalt(definition, { sources }) : definition;
  },
  problems: experimentProblems,
  references: referencesOfExperiment,
  misfits: misfitsOfExperiment,
  requireRemovable: (state, resource) => {
    if (resource.definition.state !== 'running') return;
    throw invalidState('name', state.nameOf(resource), 'is running; end it before deleting it');
  },
  settle: (draft, resource, { state }, isNew) => inDeclaredState(draft, resource, state, isNew),
  verbOf: (before, after) => {
    if (before.state === after.state) return undefined;
    return after.state === 'running' ? 'start' : 'end';
  },
  fields: {
    hypothesis: { declared: { hypothesis: TEXT_SCHEMA }, default: '', isUnseen: true },
    environment: { declared: { environment: KEY_SCHEMA }, isFixed: true },
    flag: { declared: { flag: KEY_SCHEMA }, isFixed: true },
    unit: { declared: { unit: PATH_SCHEMA }, isOptional: true },
    control: { declared: { control: TEXT_SCHEMA }, isUnseen: true },
    allocations: {
      declared: { variants: SHARES_SCHEMA, allocations: ALLOCATIONS_SCHEMA },
      read: (declared, { before, state, at }) =>
        allocationsOf(
          {
            ...(declared.variants !== undefined && { variants: declared.variants }),
            ...(declared.allocations && { allocations: declared.allocations }),
          },
          {
            before: before?.allocations ?? [],
            variants: state.find('flag', declared.flag)?.definition.variants.map(({ key }) => key) ?? [],
            first: declared.control,
            mustFill: true,
            at: `${at}.variants`,
          },
        ),
      write: (_allocations, definition) => declaredAllocations(definition),
    },
    program: {
      declared: { program: PROGRAM_SCHEMA },
      isOptional: true,
      read: ({ program }) => (program ? programOf(program) : undefined),
      write: (program) => ({ program: declaredProgram(program) }),
    },
    gates: { declared: { gates: GATES_SCHEMA }, isOptional: true },
    layer: { declared: { layer: KEY_SCHEMA }, isOptional: true },
    layerBuckets: {
      declared: { buckets: { type: 'integer', minimum: 1, maximum: 1_000_000 } },
      isOptional: true,
    },
    metrics: {
      declared: { metrics: objectSchema({ success: listSchema(KEY_SCHEMA), guardrail: listSchema(KEY_SCHEMA) }) },
      default: [],
      isUnseen: true,
      read: ({ metrics = {} }, { before }) => metricsOf(metrics, before?.metrics ?? []),
      write: (metrics) => ({
        metrics: { success: ofRole(metrics, 'success'), guardrail: ofRole(metrics, 'guardrail') },
      }),
    },
    alpha: {
      declared: { alpha: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } },
      default: DEFAULT_ALPHA,
      isUnseen: true,
    },
    salt: {
      declared: { salt: { ...TEXT_SCHEMA, description: SALT_SCHEMA.description } },
      default: '',
      isFixed: true,
    },
    state: { declared: { state: { enum: ['draft', 'running', 'ended'] } }, default: 'draft', isSettled: true },
    phases: { default: [], isSettled: true },
    occupancy: { isOptional: true, isSettled: true },
    sticky: {
      declared: {
        sticky: { type: 'boolean', description: 'Units keep their first variant. Cannot change once started.' },
      },
      isOptional: true,
      read: ({ sticky }) => (sticky === true ? true : undefined),
    },
    intakePaused: {
      declared: { intakePaused: { type: 'boolean', description: 'Take no further units. Needs sticky.' } },
      isOptional: true,
      read: ({ intakePaused }) => (intakePaused === true ? true : undefined),
    },
  },
});

function referencesOfExperiment({ flag, layer, metrics }: ExperimentDefinition): readonly Reference[] {
  return [
    { kind: 'flag', key: flag, path: 'flag' },
    ...(layer === undefined ? [] : [{ kind: 'layer' as const, key: layer, path: 'layer' }]),
    ...metrics.map(({ metric }, index) => ({ kind: 'metric' as const, key: metric, path: `metrics[${index}].metric` })),
  ];
}

function misfitsOfExperiment(
  state: ProjectState,
  { key, definition }: Resource<'experiment'>,
): readonly FieldViolation[] {
  const at = `experiments.${key}`;
  const environments = state.environments.map((environment) => environment.key);
  const variants = state.find('flag', definition.flag)?.definition.variants.map((variant) => variant.key) ?? [];
  const unknown = definition.allocations.filter(({ variant }) => !variants.includes(variant));
  return [
    ...unknown.map(({ variant }) =>
      violationOf(`${at}.allocations`, variant, `must name variants of the flag "${definition.flag}"`),
    ),
    ...(environments.includes(definition.environment)
      ? []
      : [violationOf(`${at}.environment`, definition.environment, `must be one of ${environments.join(', ')}`)]),
  ];
}

/** As ordered before when they are the same: the order between roles means nothing. */
function metricsOf(
  { success = [], guardrail = [] }: DeclaredExperimentMetrics,
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

function ofRole(metrics: readonly ExperimentMetric[], role: ExperimentMetric['role']): readonly string[] {
  return metrics.filter((each) => each.role === role).map(({ metric }) => metric);
}
