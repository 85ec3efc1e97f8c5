import { requireKey } from '@sortition/declaration';
import { Inject, Injectable } from '@nestjs/common';

import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { CreateApiKey } from './create-api-key.js';
import { CreateEnvironment } from './create-environment.js';
import { CreateProject } from './create-project.js';
import { IDENTITY, type Identity } from './identity.js';

/** Keys of what a first start makes. */
export interface StarterRequest {
  readonly organization: string;
  readonly project: string;
  /** The server and the client key belong to the first one. */
  readonly environments: readonly [string, ...string[]];
}

export type StarterOutcome =
  | {
      readonly outcome: 'created';
      readonly organizationId: string;
      readonly keys: { readonly admin: string; readonly server: string; readonly client: string };
    }
  /** The organization was there already, made by an earlier start or by another process just now. */
  | { readonly outcome: 'exists' };

/** Makes an organization with a project, its environments and one key of each kind, or nothing of it. */
@Injectable()
export class CreateStarter {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(IDENTITY) private readonly identity: Identity,
    private readonly createProject: CreateProject,
    private readonly createEnvironment: CreateEnvironment,
    private readonly createApiKey: CreateApiKey,
  ) {}

  /** @throws DomainError INVALID_ARGUMENT for a malformed key. */
  async execute({ organization, project: projectKey, environments }: StarterRequest): Promise<StarterOutcome> {
    requireKey(organization, 'organization');
    requireKey(projectKey, 'project');
    for (const environment of environments) requireKey(environment, 'environment');
    const organizationId = this.identity.newId();
    const author = { organizationId, organization, actor: 'system' };

    return this.database.write<StarterOutcome>(organizationId, async (session) => {
      if (!(await session.projects.createOrganization({ id: organizationId, key: organization }))) {
        return { outcome: 'exists' };
      }
      const project = await this.createProject.createIn(session, author, { key: projectKey, displayName: '' });
      for (const key of environments) {
        await this.createEnvironment.createIn(session, author, project, { key, displayName: '' });
      }
      const environment = formatName('environment', { project: projectKey, environment: environments[0] });
      const create = async (kind: 'admin' | 'server' | 'client'): Promise<string> => {
        const scope = kind === 'admin' ? '' : environment;
        const key = { kind, displayName: `Starter ${kind} key`, environment: scope, expiresAt: undefined };
        return (await this.createApiKey.createIn(session, author, key)).credential;
      };
      const keys = { admin: await create('admin'), server: await create('server'), client: await create('client') };
      return { outcome: 'created', organizationId, keys };
    });
  }
}
