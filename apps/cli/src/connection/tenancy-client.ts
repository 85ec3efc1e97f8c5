import { credentials, Metadata } from '@grpc/grpc-js';
import { adminApiKeys, adminOrganizations, adminPlugins, adminProjects, adminWebhooks } from '@sortition/contracts';
import type { typesProject, typesWebhook } from '@sortition/contracts';

import type { Connection } from './resolve-connection.js';
import { unaryCall } from './unary-call.js';
import type { UnaryMethod } from './unary-call.js';

const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 1_000;

/**
 * The RPCs of organizations, projects, environments, keys, plugins and webhooks, over one channel. Failures are
 * `RpcFailure`s.
 */
export class TenancyClient {
  private readonly keys: adminApiKeys.ApiKeyServiceClient;
  private readonly projects: adminProjects.ProjectServiceClient;
  private readonly organizations: adminOrganizations.OrganizationServiceClient;
  private readonly plugins: adminPlugins.PluginServiceClient;
  private readonly webhooks: adminWebhooks.WebhookServiceClient;
  private readonly metadata = new Metadata();

  constructor(private readonly connection: Connection) {
    const { target, isSecure, key } = connection;
    this.metadata.set('authorization', `Bearer ${key}`);
    const channelCredentials = isSecure ? credentials.createSsl() : credentials.createInsecure();
    this.keys = new adminApiKeys.ApiKeyServiceClient(target, channelCredentials);
    const shared = { channelOverride: this.keys.getChannel() };
    this.projects = new adminProjects.ProjectServiceClient(target, channelCredentials, shared);
    this.organizations = new adminOrganizations.OrganizationServiceClient(target, channelCredentials, shared);
    this.plugins = new adminPlugins.PluginServiceClient(target, channelCredentials, shared);
    this.webhooks = new adminWebhooks.WebhookServiceClient(target, channelCredentials, shared);
  }

  createKey(apiKey: typesProject.ApiKey): Promise<adminApiKeys.CreateApiKeyResponse> {
    return this.call(this.keys.createApiKey.bind(this.keys), { apiKey });
  }

  listKeys(): Promise<readonly typesProject.ApiKey[]> {
    const list = this.keys.listApiKeys.bind(this.keys);
    return allPages(
      (pageToken) => this.call(list, { pageSize: PAGE_SIZE, pageToken }),
      ({ apiKeys }) => apiKeys,
    );
  }

  /** @param name resource name. */
  revokeKey(name: string): Promise<adminApiKeys.RevokeApiKeyResponse> {
    return this.call(this.keys.revokeApiKey.bind(this.keys), { name });
  }

  async listPlugins(): Promise<readonly adminPlugins.Plugin[]> {
    const list = this.plugins.listPlugins.bind(this.plugins);
    return (await this.call(list, { pageSize: 0, pageToken: '' })).plugins;
  }

  createProject(projectId: string, displayName: string): Promise<adminProjects.CreateProjectResponse> {
    const project = { name: '', displayName, createTime: undefined };
    const request = { parent: '', projectId, project, requestId: '' };
    return this.call(this.projects.createProject.bind(this.projects), request);
  }

  listProjects(): Promise<readonly typesProject.Project[]> {
    const list = this.projects.listProjects.bind(this.projects);
    return allPages(
      (pageToken) => this.call(list, { parent: '', pageSize: PAGE_SIZE, pageToken }),
      ({ projects }) => projects,
    );
  }

  /** @param project key of the project. */
  createEnvironment(
    project: string,
    environmentId: string,
    displayName: string,
  ): Promise<adminProjects.CreateEnvironmentResponse> {
    const environment = { name: '', displayName, revision: 0, createTime: undefined };
    const request = { parent: `projects/${project}`, environmentId, environment, requestId: '' };
    return this.call(this.projects.createEnvironment.bind(this.projects), request);
  }

  /** @param project key of the project. */
  listEnvironments(project: string): Promise<readonly typesProject.Environment[]> {
    const list = this.projects.listEnvironments.bind(this.projects);
    return allPages(
      (pageToken) => this.call(list, { parent: `projects/${project}`, pageSize: PAGE_SIZE, pageToken }),
      ({ environments }) => environments,
    );
  }

  createOrganization(
    organizationId: string,
    displayName: string,
  ): Promise<adminOrganizations.CreateOrganizationResponse> {
    const request = { organizationId, organization: { name: '', displayName, createTime: undefined } };
    return this.call(this.organizations.createOrganization.bind(this.organizations), request);
  }

  listOrganizations(): Promise<readonly typesProject.Organization[]> {
    const list = this.organizations.listOrganizations.bind(this.organizations);
    return allPages(
      (pageToken) => this.call(list, { pageSize: PAGE_SIZE, pageToken }),
      ({ organizations }) => organizations,
    );
  }

  /** @param organization key of the organization. */
  createOrganizationKey(
    organization: string,
    displayName: string,
  ): Promise<adminOrganizations.CreateOrganizationKeyResponse> {
    const request = { parent: `organizations/${organization}`, displayName };
    return this.call(this.organizations.createOrganizationKey.bind(this.organizations), request);
  }

  /** @param project key of the project. */
  listWebhooks(project: string): Promise<readonly typesWebhook.Webhook[]> {
    const list = this.webhooks.listWebhooks.bind(this.webhooks);
    return allPages(
      (pageToken) => this.call(list, { parent: `projects/${project}`, pageSize: PAGE_SIZE, pageToken }),
      ({ webhooks }) => webhooks,
    );
  }

  /**
   * The newest messages to a webhook.
   *
   * @param name resource name.
   * @param count at most 1,000.
   */
  async listWebhookDeliveries(name: string, count: number): Promise<readonly adminWebhooks.WebhookDelivery[]> {
    const list = this.webhooks.listWebhookDeliveries.bind(this.webhooks);
    return (await this.call(list, { name, pageSize: count, pageToken: '' })).webhookDeliveries;
  }

  close(): void {
    this.keys.close();
  }

  private call<Request, Response>(method: UnaryMethod<Request, Response>, request: Request): Promise<Response> {
    const { target } = this.connection;
    return unaryCall(method, request, { metadata: this.metadata, timeoutMs: TIMEOUT_MS, target });
  }
}

async function allPages<Response extends { readonly nextPageToken: string }, Item>(
  read: (pageToken: string) => Promise<Response>,
  itemsOf: (response: Response) => readonly Item[],
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let pageToken = '';
  do {
    const response = await read(pageToken);
    items.push(...itemsOf(response));
    pageToken = response.nextPageToken;
  } while (pageToken !== '');
  return items;
}
