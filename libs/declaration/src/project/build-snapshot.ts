import { SNAPSHOT_FORMAT, type Flag, type Rule, type Serve, type Snapshot, type Sticky } from '@sortition/evaluation';

import type { Resource } from '../resource.js';
import type { ConfiguredServe } from '../resources/flag-configuration/flag-configuration.js';
import type { ProjectState } from './project-state.js';

/** What a snapshot is built for. */
export interface SnapshotTarget {
  readonly organization: string;
  /** Key of the environment. */
  readonly environment: string;
  readonly revision: number;
  /** Rules of experiments that are not served are left out. */
  readonly servesExperiment: (experiment: Resource<'experiment'>) => boolean;
}

/** One environment's state in the form that evaluates; items ordered by key. */
export function buildSnapshot(state: ProjectState, target: SnapshotTarget): Snapshot {
  return {
    format: SNAPSHOT_FORMAT,
    organization: target.organization,
    project: state.project.key,
    environment: target.environment,
    revision: target.revision,
    flags: state.all('flag').map((flag) => flagOf(state, flag, target)),
    segments: state.all('segment').map(({ key, definition }) => ({ key, condition: definition.condition })),
    lists: [],
    layers: state.all('layer').map(({ key, definition }) => ({ key, salt: definition.salt })),
    holdouts: [],
  };
}

function flagOf(state: ProjectState, { key, definition }: Resource<'flag'>, target: SnapshotTarget): Flag {
  const configuration = state.find('flagConfiguration', key, target.environment)?.definition;
  const { prerequisites = [], targets = [], defaultVariant, offVariant } = configuration ?? {};
  return {
    key,
    type: definition.type,
    variants: definition.variants,
    enabled: configuration?.enabled ?? false,
    ...(defaultVariant !== undefined && { defaultVariant }),
    ...(offVariant !== undefined && { offVariant }),
    ...(prerequisites.length > 0 && { prerequisites }),
    ...(targets.length > 0 && { targets }),
    rules: (configuration?.rules ?? []).flatMap(({ serve: configured, ...rule }): readonly Rule[] => {
      const serve = serveOf(state, configured, target);
      return serve === undefined ? [] : [{ ...rule, serve }];
    }),
    ...(definition.clientVisible && { clientVisible: true }),
  };
}

function serveOf(state: ProjectState, serve: ConfiguredServe, target: SnapshotTarget): Serve | undefined {
  if (serve.kind !== 'experiment') return serve;
  const experiment = state.find('experiment', serve.experiment);
  if (!experiment || !target.servesExperiment(experiment)) return undefined;
  const { unit, layer, occupancy, salt, program, gates, allocations, phases, sticky } = experiment.definition;
  return {
    kind: 'experiment',
    experiment: experiment.key,
    phase: Math.max(1, phases.length),
    ...(unit !== undefined && { unit }),
    // A draft occupies nothing yet; it is built only to be validated.
    ...(layer !== undefined && occupancy && { layer, ranges: occupancy.ranges }),
    split: { ...(program && { program }), salt, ...(gates && { gates }), allocations },
    ...(sticky === true && { sticky: stickyOf(experiment) }),
  };
}

/** The identifier sets apart a later experiment that reuses the key: it must not inherit the assignments. */
function stickyOf({ key, id, definition }: Resource<'experiment'>): Sticky {
  return { materialization: `${key}/${id}`, ...(definition.intakePaused === true && { intakePaused: true }) };
}
