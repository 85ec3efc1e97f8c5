import { typesExperiment } from '@sortition/contracts';
import {
  alphaOrDefault,
  etagOf,
  type ExperimentMetric,
  type ExperimentState,
  nameOf,
  type Resource,
} from '@sortition/declaration';

import { enumValue, type EnumTable } from './enum-value.js';
import { allocationMessage, allocationOf, gateMessage, gateOf, programMessage, programOf } from './split.wire.js';
import { defineWireForm, MADE_BY_PLATFORM } from './wire-form.js';

const { ExperimentState: WireState, MetricRole } = typesExperiment;

const STATES: EnumTable<ExperimentState, typesExperiment.ExperimentState> = {
  draft: WireState.DRAFT,
  running: WireState.RUNNING,
  ended: WireState.ENDED,
};
const ROLES: EnumTable<ExperimentMetric['role'], typesExperiment.MetricRole> = {
  success: MetricRole.SUCCESS,
  guardrail: MetricRole.GUARDRAIL,
};

export const EXPERIMENT_WIRE = defineWireForm<'experiment', typesExperiment.Experiment>({
  kind: 'experiment',
  readers: {
    hypothesis: { path: 'hypothesis', read: ({ hypothesis }) => hypothesis },
    environment: { path: 'environment', read: ({ environment }) => environment },
    flag: { path: 'flag', read: ({ flag }) => flag },
    unit: { path: 'unit', read: ({ unit }) => unit || undefined },
    control: { path: 'control_variant', read: ({ controlVariant }) => controlVariant },
    allocations: {
      path: 'allocations',
      read: ({ allocations }) => allocations.map(allocationOf),
    },
    layer: { path: 'layer', read: ({ layer }) => layer || undefined },
    layerBuckets: { path: 'layer_buckets', read: ({ layerBuckets }) => layerBuckets || undefined },
    metrics: {
      path: 'metrics',
      read: ({ metrics }) =>
        metrics.map(({ metric, role }, index) => ({
          metric,
          role: enumValue(ROLES, role, `experiment.metrics[${index}].role`),
        })),
    },
    alpha: { path: 'alpha', read: ({ alpha }) => alphaOrDefault(alpha) },
    sticky: { path: 'sticky', read: ({ sticky }) => sticky || undefined },
    intakePaused: { path: 'intake_paused', read: ({ intakePaused }) => intakePaused || undefined },
    program: { path: 'program', read: ({ program }) => programOf(program) },
    gates: { path: 'gates', read: ({ gates }) => (gates.length > 0 ? gates.map(gateOf) : undefined) },
    salt: { path: 'salt', read: ({ salt }) => salt },
    state: MADE_BY_PLATFORM,
    phases: MADE_BY_PLATFORM,
    occupancy: MADE_BY_PLATFORM,
  },
  toMessage: experimentMessage,
});

export function experimentMessage(experiment: Resource<'experiment'>): typesExperiment.Experiment {
  const { definition } = experiment;
  const phase = definition.phases.at(-1);
  return {
    name: nameOf(experiment),
    hypothesis: definition.hypothesis,
    environment: definition.environment,
    flag: definition.flag,
    unit: definition.unit ?? '',
    controlVariant: definition.control,
    allocations: definition.allocations.map(allocationMessage),
    program: programMessage(definition.program),
    gates: (definition.gates ?? []).map(gateMessage),
    layer: definition.layer ?? '',
    layerBuckets: definition.layerBuckets ?? 0,
    metrics: definition.metrics.map(({ metric, role }) => ({ metric, role: ROLES[role] })),
    alpha: definition.alpha,
    state: STATES[definition.state],
    phase: definition.phases.length,
    startTime: phase && new Date(phase.startedAt),
    endTime: phase?.endedAt === undefined ? undefined : new Date(phase.endedAt),
    salt: definition.salt,
    sticky: definition.sticky ?? false,
    intakePaused: definition.intakePaused ?? false,
    etag: etagOf(experiment),
    createTime: experiment.createdAt,
    updateTime: experiment.updatedAt,
  };
}
