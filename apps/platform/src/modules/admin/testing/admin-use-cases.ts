import type { CompileOptions } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';
import { systemClock, type Clock } from '@sortition/kernel';

import type { AdminDatabase } from '../application/admin-database.js';
import { CreateApiKey } from '../application/create-api-key.js';
import { CreateEnvironment } from '../application/create-environment.js';
import { CreateProject } from '../application/create-project.js';
import { CreateResource } from '../application/create-resource.js';
import { CreateStarter } from '../application/create-starter.js';
import { DeleteResource } from '../application/delete-resource.js';
import { EndExperiment } from '../application/end-experiment.js';
import { GetResource } from '../application/get-resource.js';
import { ListAuditEntries } from '../application/list-audit-entries.js';
import { ListResources } from '../application/list-resources.js';
import { ListEventDefinitionVersions } from '../application/list-event-definition-versions.js';
import { ListApiKeys } from '../application/list-api-keys.js';
import { RevokeApiKey } from '../application/revoke-api-key.js';
import { ApplyDeclaration } from '../application/apply-declaration.js';
import { EventPolicies } from '../application/event-policies.js';
import { ExportDeclaration } from '../application/export-declaration.js';
import { ProjectWriter } from '../application/project-writer.js';
import { StartExperiment } from '../application/start-experiment.js';
import { UpdateResource } from '../application/update-resource.js';
import type { Author } from '../domain/author.js';
import { RandomIdentity } from '../infra/random-identity.js';

/** The use cases of the module on a database, put together as the module does. */
export class AdminUseCases {
  readonly identity = new RandomIdentity();
  readonly writer: ProjectWriter;
  readonly createProject: CreateProject;
  readonly createEnvironment: CreateEnvironment;
  readonly createApiKey: CreateApiKey;
  readonly listApiKeys: ListApiKeys;
  readonly revokeApiKey: RevokeApiKey;
  readonly applyDeclaration: ApplyDeclaration;
  readonly exportDeclaration: ExportDeclaration;
  readonly createResource: CreateResource;
  readonly updateResource: UpdateResource;
  readonly deleteResource: DeleteResource;
  readonly getResource: GetResource;
  readonly listResources: ListResources;
  readonly startExperiment: StartExperiment;
  readonly endExperiment: EndExperiment;
  readonly listAuditEntries: ListAuditEntries;
  readonly eventPolicies: EventPolicies;
  readonly listEventDefinitionVersions: ListEventDefinitionVersions;
  private readonly createStarter: CreateStarter;

  constructor(
    readonly database: AdminDatabase,
    clock: Clock = systemClock,
    operators: CompileOptions = { operators: standardOperators },
  ) {
    const { identity } = this;
    this.writer = new ProjectWriter(database, identity, clock, operators);
    this.createProject = new CreateProject(database, identity, clock);
    this.createEnvironment = new CreateEnvironment(database, identity, clock, this.writer);
    this.createApiKey = new CreateApiKey(database, identity, clock);
    this.listApiKeys = new ListApiKeys(database);
    this.revokeApiKey = new RevokeApiKey(database, clock);
    this.applyDeclaration = new ApplyDeclaration(this.writer);
    this.exportDeclaration = new ExportDeclaration(this.writer);
    this.createResource = new CreateResource(database, this.writer);
    this.updateResource = new UpdateResource(this.writer);
    this.deleteResource = new DeleteResource(this.writer);
    this.getResource = new GetResource(database);
    this.listResources = new ListResources(database);
    this.startExperiment = new StartExperiment(this.writer);
    this.endExperiment = new EndExperiment(this.writer);
    this.eventPolicies = new EventPolicies(database, this.writer);
    this.listEventDefinitionVersions = new ListEventDefinitionVersions(database);
    this.listAuditEntries = new ListAuditEntries(database);
    this.createStarter = new CreateStarter(
      database,
      identity,
      this.createProject,
      this.createEnvironment,
      this.createApiKey,
    );
  }

  /** An organization with the project "shop" and the environments "production" and "development". */
  async newOrganization(): Promise<Author> {
    const organization = `org-${this.identity.newSalt()}`;
    const environments = ['production', 'development'] as const;
    const made = await this.createStarter.execute({ organization, project: 'shop', environments });
    if (made.outcome !== 'created') throw new Error(`The organization "${organization}" exists already.`);
    return { organizationId: made.organizationId, organization, actor: 'test' };
  }
}
