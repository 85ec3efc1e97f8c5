import { invalidState } from '../../configuration-errors.js';
import type { Draft } from '../../project/project-state.js';
import type { Resource } from '../../resource.js';
import type { ExperimentState } from './experiment-definition.js';
import { endExperiment, startExperiment } from './experiment-lifecycle.js';

/** Starts or ends an experiment as declared. @throws DomainError INVALID_STATE, LAYER_FULL. */
export function inDeclaredState(
  draft: Draft,
  experiment: Resource<'experiment'>,
  wanted: ExperimentState | undefined,
  isNew: boolean,
): Resource<'experiment'> {
  const { state } = experiment.definition;
  if (wanted === undefined || wanted === state) return experiment;
  if (state === 'draft' && wanted === 'running') return startExperiment(draft, experiment);
  if (state === 'running' && wanted === 'ended') return endExperiment(draft, experiment);
  // Ended elsewhere: it never ran here, so it has no phases and nothing to analyse.
  if (isNew) return draft.update(experiment, { ...experiment.definition, state: wanted });
  throw invalidState('state', wanted, `is not what "${draft.nameOf(experiment)}" can become: it is ${state}`);
}
