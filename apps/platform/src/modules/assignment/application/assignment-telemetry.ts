import { type Attributes, type BatchObservableResult, metrics } from '@opentelemetry/api';

import type { Environments } from './environments.js';
import type { EvaluationCounts } from './evaluation-counts.js';
import type { LoadedEnvironment } from './loaded-environment.js';
import type { RecordExposures } from './record-exposures.js';

/** Environments that get series of their own; the age of the others counts for the oldest. */
const MAX_SERIES = 200;

const meter = metrics.getMeter('sortition.assignment');

const evaluations = meter.createObservableCounter('sortition.assignment.evaluations', {
  description: 'Flags evaluated by this process for callers; those that providers evaluate themselves are not seen.',
});
const errors = meter.createObservableCounter('sortition.assignment.evaluation_errors', {
  description: 'Of the evaluations, those that ended in an error, by its code.',
});
const held = meter.createObservableGauge('sortition.assignment.environments', {
  description: 'Environments in memory.',
});
const oldestAge = meter.createObservableGauge('sortition.assignment.snapshot.oldest_age', {
  description: 'The greatest age of a snapshot in memory; 0 without one.',
  unit: 's',
});
const age = meter.createObservableGauge('sortition.assignment.snapshot.age', {
  description: 'Since the process last learnt that the snapshot is the newest, by environment, of 200 environments.',
  unit: 's',
});
const revision = meter.createObservableGauge('sortition.assignment.snapshot.revision', {
  description: 'Revision of the snapshot in memory, by environment, of 200 environments.',
});
const refreshFailures = meter.createObservableCounter('sortition.assignment.refresh_failures', {
  description: 'Failed attempts to look for a newer snapshot; the one in memory stays in use.',
});

const exposures = meter.createObservableCounter('sortition.assignment.exposures', {
  description:
    'Exposures recorded for servers that evaluate one flag over OFREP or by flagd, each once while remembered.',
});
const lostExposures = meter.createObservableCounter('sortition.assignment.exposures.lost', {
  description: 'Of the exposures to be recorded, those that the event log could not take in time.',
});
const unrecorded = meter.createObservableCounter('sortition.assignment.exposures.unrecorded', {
  description:
    'How often flags of experiments were served to servers in ways that record no exposure, by environment, flag and way: bulk, or to be evaluated in process by flagd; of 200 flags.',
});

/** Shows Prometheus what the role assignment does, until the returned function is called. */
export function observeAssignment(
  environments: Environments,
  counts: EvaluationCounts,
  recorded: RecordExposures,
): () => void {
  const ofExposures = [exposures, lostExposures, unrecorded];
  const observed = [evaluations, errors, held, oldestAge, age, revision, refreshFailures, ...ofExposures];
  const observe = (result: BatchObservableResult): void => {
    result.observe(evaluations, counts.total);
    for (const [code, count] of counts.errors) result.observe(errors, count, { code });
    result.observe(exposures, recorded.recorded);
    result.observe(lostExposures, recorded.lost);
    for (const { count, ...attributes } of recorded.unrecorded.all()) result.observe(unrecorded, count, attributes);
    const loaded = environments.loaded();
    result.observe(held, loaded.length);
    result.observe(oldestAge, Math.max(0, ...loaded.map(({ ageSeconds }) => ageSeconds)));
    for (const environment of loaded.slice(0, MAX_SERIES)) {
      result.observe(age, environment.ageSeconds, attributesOf(environment));
      result.observe(revision, environment.state.revision, attributesOf(environment));
    }
    result.observe(refreshFailures, environments.failedRefreshes);
  };
  meter.addBatchObservableCallback(observe, observed);
  return () => {
    meter.removeBatchObservableCallback(observe, observed);
  };
}

function attributesOf({ state }: LoadedEnvironment): Attributes {
  const { organization, project, environment } = state.compiled.header;
  return { organization, project, environment };
}
