import {
  SNAPSHOT_FORMAT,
  type Flag,
  type Layer,
  type Rule,
  type Segment,
  type Serve,
  type Snapshot,
  type Sticky,
} from '@sortition/evaluation';

import type { Resource } from '../resource.js';
import type { ConfiguredServe } from '../resources/flag-configuration/flag-configuration.js';
import type { ProjectState } from './project-state.js';

/** Whose snapshot it is, and of which revision. */
export interface SnapshotTarget {
  readonly organization: string;
  /** Key of the environment. */
  readonly environment: string;
  readonly revision: number;
  readonly servesExperiment: ServesExperiment;
}

/** Rules of experiments that are not served are left out. */
export type ServesExperiment = (experiment: Resource<'experiment'>) => boolean;

/** Experiments as evaluations get them. */
export const servesRunning: ServesExperiment = ({ definition }) => definition.state === 'running';

/** Drafts and ended experiments are built in as well, so that they are checked and rules keep their places. */
export const servesAll: ServesExperiment = () => true;

/** The kinds of items that a project's resources become. */
export type ItemKind = 'flags' | 'segments' | 'layers';

export const ITEM_KINDS: readonly ItemKind[] = ['flags', 'segments', 'layers'];

const KIND_OF_ITEM = { flags: 'flag', segments: 'segment', layers: 'layer' } as const;

/** One environment's state in the form that evaluates; items ordered by key. */
export function buildSnapshot(state: ProjectState, target: SnapshotTarget): Snapshot {
  const { organization, environment, revision, servesExperiment } = target;
  const items = <K extends ItemKind>(kind: K): Snapshot[K] => {
    const keys = state.all(KIND_OF_ITEM[kind]).map(({ key }) => key);
    return keys.flatMap((key) => buildItem(state, kind, key, { environment, servesExperiment }) ?? []) as Snapshot[K];
  };
  return {
    format: SNAPSHOT_FORMAT,
    organization,
    project: state.project.key,
    environment,
    revision,
    flags: items('flags'),
    segments: items('segments'),
    lists: [],
    layers: items('layers'),
    holdouts: [],
  };
}

/** One item of a snapshot; undefined when the project has no such resource. */
export function buildItem(
  state: ProjectState,
  kind: ItemKind,
  key: string,
  target: ItemTarget,
): Flag | Segment | Layer | undefined {
  switch (kind) {
    case 'flags': {
      const flag = state.find('flag', key);
      return flag && flagOf(state, flag, target);
    }
    case 'segments': {
      const segment = state.find('segment', key);
      return segment && { key, condition: segment.definition.condition };
    }
    case 'layers': {
      const layer = state.find('layer', key);
      return layer && { key, salt: layer.definition.salt };
    }
  }
}

/** What one item depends on beside its resource. */
export type ItemTarget = Pick<SnapshotTarget, 'environment' | 'servesExperiment'>;

function flagOf(state: ProjectState, { key, definition }: Resource<'flag'>, target: ItemTarget): Flag {
  const configuration = state.find('flagConfiguration', key, target.environment)?.definition;
  const { prerequisites = [], targets = [], defaultVariant, offVariant } = configuration ?? {};
  return {
    key,
    type: definition.type,
    ...(definition.numberType !== undefined && { numberType: definition.numberType }),
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

function serveOf(state: ProjectState, serve: ConfiguredServe, target: ItemTarget): Serve | undefined {
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
