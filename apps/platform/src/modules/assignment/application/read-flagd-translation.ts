import { DomainError } from '@sortition/kernel';

import type { SnapshotFeed } from '../../admin/index.js';
import type { FlagdTranslation } from '../domain/flagd/translate-environment.js';
import type { Environments } from './environments.js';
import type { ExplainFlagInput } from './explain-flag.js';
import type { FlagdTranslations } from './flagd-translations.js';

/** Reads what flagd's evaluators receive of an environment. */
export class ReadFlagdTranslation {
  constructor(
    private readonly environments: Environments,
    private readonly feed: SnapshotFeed,
    private readonly translations: FlagdTranslations,
  ) {}

  /** @throws DomainError RESOURCE_NOT_FOUND. */
  async execute(
    organizationId: string,
    environment: ExplainFlagInput['environment'],
  ): Promise<{ readonly revision: number; readonly translation: FlagdTranslation }> {
    const environmentId =
      'id' in environment
        ? environment.id
        : await this.feed.findEnvironment(organizationId, environment.project, environment.environment);
    if (environmentId === undefined) throw environmentNotFound(environment);
    const { state } = await this.environments.load({ organizationId, environmentId });
    return { revision: state.revision, translation: this.translations.of(state) };
  }
}

function environmentNotFound(environment: ExplainFlagInput['environment']): DomainError {
  const name =
    'id' in environment ? environment.id : `projects/${environment.project}/environments/${environment.environment}`;
  return new DomainError('not-found', 'RESOURCE_NOT_FOUND', `There is no environment "${name}".`, {
    violations: [{ field: 'environment', description: `"${name}" does not exist` }],
  });
}
