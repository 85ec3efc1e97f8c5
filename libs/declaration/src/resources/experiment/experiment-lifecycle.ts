import { allocate, freeRanges, layerAllocations, rangesOf, type LayerAllocations } from '@sortition/evaluation';

import { canonicalJson } from '../../canonical-json.js';
import { invalidState } from '../../configuration-errors.js';
import type { Draft } from '../../project/project-state.js';
import type { Resource } from '../../resource.js';
import type { ExperimentDefinition, LayerOccupancy } from './experiment-definition.js';

/** Properties that stay as they are once the experiment has started. */
const FROZEN_ONCE_STARTED = ['unit', 'control', 'layer', 'layerBuckets', 'alpha', 'sticky', 'program'] as const;
const FROZEN_ONCE_ENDED = [...FROZEN_ONCE_STARTED, 'allocations', 'gates'] as const;

/**
 * Starts a draft: draws its buckets at random from a seed that is kept, and opens its first phase.
 *
 * @throws DomainError INVALID_STATE when it is no draft; LAYER_FULL.
 */
export function startExperiment(draft: Draft, experiment: Resource<'experiment'>): Resource<'experiment'> {
  const { definition } = experiment;
  if (definition.state !== 'draft') {
    throw invalidState('name', draft.nameOf(experiment), `is ${definition.state}; only a draft can be started`);
  }
  const occupancy = occupy(draft, experiment);
  return draft.update(experiment, {
    ...definition,
    state: 'running',
    phases: [{ allocations: definition.allocations, startedAt: draft.sources.now }],
    ...(occupancy && { occupancy }),
  });
}

/** Ends a running experiment; its buckets are free again. @throws DomainError INVALID_STATE when it does not run. */
export function endExperiment(draft: Draft, experiment: Resource<'experiment'>): Resource<'experiment'> {
  const { definition } = experiment;
  if (definition.state !== 'running') {
    throw invalidState(
      'name',
      draft.nameOf(experiment),
      `is ${definition.state}; only a running experiment can be ended`,
    );
  }
  return draft.update(experiment, {
    ...definition,
    state: 'ended',
    phases: closedPhases(definition, draft.sources.now),
  });
}

/** What an update may do to an experiment in its state; a change of weights while it runs opens a new phase. */
export function withPhaseOfNewWeights(
  before: ExperimentDefinition,
  after: ExperimentDefinition,
  now: number,
): ExperimentDefinition {
  const frozen = before.state === 'running' ? FROZEN_ONCE_STARTED : FROZEN_ONCE_ENDED;
  if (before.state === 'draft') return after;
  for (const property of frozen) {
    if (canonicalJson([before[property]]) === canonicalJson([after[property]])) continue;
    const value = JSON.stringify(after[property] ?? null);
    throw invalidState(`experiment.${property}`, value, `cannot change while the experiment is ${before.state}`);
  }
  if (canonicalJson(divisionOf(before)) === canonicalJson(divisionOf(after))) return after;
  return {
    ...after,
    phases: [...closedPhases(before, now), { allocations: after.allocations, startedAt: now }],
  };
}

/** Buckets of a layer that no running experiment occupies. */
export function freeBucketsOf(experiments: readonly Resource<'experiment'>[], layer: string): number {
  return freeRanges(allocationsOf(experiments, layer)).reduce((sum, { start, end }) => sum + end - start, 0);
}

function occupy(draft: Draft, { key, definition }: Resource<'experiment'>): LayerOccupancy | undefined {
  const { layer, layerBuckets } = definition;
  if (layer === undefined || layerBuckets === undefined) return undefined;
  const seed = draft.sources.newSalt();
  const allocated = allocate(allocationsOf(draft.all('experiment'), layer), {
    holder: key,
    buckets: layerBuckets,
    seed,
  });
  return { seed, ranges: rangesOf(allocated, key) };
}

function allocationsOf(experiments: readonly Resource<'experiment'>[], layer: string): LayerAllocations {
  const holders = experiments.flatMap(({ key, definition }) => {
    const occupies = definition.state === 'running' && definition.layer === layer && definition.occupancy;
    return occupies ? [{ holder: key, ranges: occupies.ranges }] : [];
  });
  return layerAllocations(layer, holders);
}

/** What decides who takes part and gets what. */
function divisionOf({ allocations, gates }: ExperimentDefinition): unknown {
  return { allocations, gates };
}

function closedPhases({ phases }: ExperimentDefinition, now: number): ExperimentDefinition['phases'] {
  return phases.map((phase) => (phase.endedAt === undefined ? { ...phase, endedAt: now } : phase));
}
