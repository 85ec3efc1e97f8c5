import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';

import { EXPERIMENT_CATALOG, type ExperimentCatalog } from '../../admin/index.js';
import type { ResultSnapshot } from '../domain/result-snapshot.js';
import { RESULT_STORE, type ResultStore } from './result-store.js';

/** Reads the newest kept results of an experiment. */
@Injectable()
export class GetResults {
  constructor(
    @Inject(EXPERIMENT_CATALOG) private readonly catalog: ExperimentCatalog,
    @Inject(RESULT_STORE) private readonly store: ResultStore,
  ) {}

  /** @throws DomainError RESOURCE_NOT_FOUND when the experiment is unknown or nothing was computed yet. */
  async execute(organizationId: string, name: string): Promise<ResultSnapshot> {
    const experiment = await this.catalog.forAnalysis(organizationId, name);
    const snapshot = await this.store.newest(organizationId, experiment.id);
    if (snapshot) return snapshot;
    throw new DomainError(
      'not-found',
      'RESOURCE_NOT_FOUND',
      `No results of the experiment "${name}" were computed yet; call ComputeResults first.`,
      { violations: [{ field: 'experiment', description: `"${name}" has no results` }] },
    );
  }
}
