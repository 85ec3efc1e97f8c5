import {
  addressOf,
  expectedWeights,
  type ExperimentMetric,
  invalidState,
  notFound,
  type Resource,
} from '@sortition/declaration';

import type { AdminDatabase } from '../application/admin-database.js';
import { nearestName } from '../application/nearest-name.js';
import type { AnalyzedExperiment, AnalyzedMetric, ExperimentCatalog } from '../application/experiment-catalog.js';

const TARGETING_KEY = 'targetingKey';

/** {@link ExperimentCatalog} from the stored configuration. */
export class DatabaseExperimentCatalog implements ExperimentCatalog {
  constructor(private readonly database: AdminDatabase) {}

  forAnalysis(organizationId: string, name: string): Promise<AnalyzedExperiment> {
    const address = addressOf('experiment', name);
    const { project: projectKey, key } = address;
    return this.database.read(organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      const experiment = project && (await session.resources.find(project, address));
      if (!experiment) throw notFound(name, 'name', await nearestName(session, project, address));
      const { definition } = experiment;
      const phase = definition.phases.at(-1);
      if (!phase) throw invalidState('name', name, 'never started, so there is nothing to analyse');
      const environment = await session.projects.findEnvironment(project, definition.environment);
      if (!environment) throw notFound(`${name}: environment ${definition.environment}`);
      const metrics = await session.resources.all(project, 'metric');
      return {
        id: experiment.id,
        name,
        key,
        environmentId: environment.id,
        flag: definition.flag,
        unitAttribute: definition.unit ?? TARGETING_KEY,
        phase: definition.phases.length,
        control: definition.control,
        allocations: expectedWeights(phase.allocations, definition.program),
        alpha: definition.alpha,
        startedAt: new Date(phase.startedAt),
        endedAt: phase.endedAt === undefined ? undefined : new Date(phase.endedAt),
        metrics: definition.metrics.flatMap((each) => analyzedMetric(each, metrics)),
      };
    });
  }
}

function analyzedMetric(
  { metric: key, role }: ExperimentMetric,
  metrics: readonly Resource<'metric'>[],
): readonly AnalyzedMetric[] {
  const metric = metrics.find((each) => each.key === key)?.definition;
  // A metric that an experiment mentions cannot be deleted.
  if (!metric) return [];
  return [{ key, role, definition: metric }];
}
