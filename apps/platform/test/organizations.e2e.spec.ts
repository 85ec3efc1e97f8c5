import type { MethodDefinition } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { adminOrganizations } from '@sortition/contracts';
import { adminApiKeys, adminProjects, SERVICES, typesProject } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { call, type Outcome, runPlatform, type RunningPlatform } from './running-platform.js';

const organizations = SERVICES['sortition.admin.v1.OrganizationService'];
const projects = SERVICES['sortition.admin.v1.ProjectService'];
const apiKeys = SERVICES['sortition.admin.v1.ApiKeyService'];

let postgres: TestPostgres;
let databaseUrl: string;
let running: RunningPlatform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  running = await runPlatform(databaseUrl);
});

afterAll(async () => {
  await running.stop();
  await postgres.stop();
});

const operator = (): string => running.platform.starter.operatorToken ?? '';
const admin = (): string => running.platform.starter.keys?.admin ?? '';

async function answered<Request, Response>(
  method: MethodDefinition<Request, Response>,
  request: Request,
  credential: string,
): Promise<Response> {
  const outcome: Outcome<Response> = await call(running, method, request, credential);
  if ('response' in outcome) return outcome.response;
  throw new Error(`${method.path}: ${outcome.reason} ${outcome.message}`);
}

const create = (organizationId: string): Promise<adminOrganizations.CreateOrganizationResponse> =>
  answered(
    organizations.createOrganization,
    { organizationId, organization: { name: '', displayName: 'Acme Ltd', createTime: undefined } },
    operator(),
  );

const operatorKey = adminApiKeys.CreateApiKeyRequest.fromPartial({
  apiKey: { kind: typesProject.ApiKeyKind.OPERATOR, displayName: 'second' },
});

describe('the operator', () => {
  it('creates an organization whose first key manages it, and nothing beside it', async () => {
    const { organization, credential } = await create('acme');

    await answered(
      projects.createProject,
      adminProjects.CreateProjectRequest.fromPartial({ projectId: 'shop' }),
      credential,
    );
    const ours = await answered(projects.listProjects, { parent: '', pageSize: 0, pageToken: '' }, credential);
    const theirs = await answered(projects.listProjects, { parent: '', pageSize: 0, pageToken: '' }, admin());
    expect(organization).toMatchObject({ name: 'organizations/acme', displayName: 'Acme Ltd' });
    expect(ours.projects.map(({ displayName }) => displayName)).toEqual(['shop']);
    expect(theirs.projects.map(({ createTime }) => createTime)).not.toEqual(
      ours.projects.map(({ createTime }) => createTime),
    );
  });

  it('lists the organizations page by page, and not its own', async () => {
    await create('zulu');

    const first = await answered(organizations.listOrganizations, { pageSize: 2, pageToken: '' }, operator());
    const rest = await answered(
      organizations.listOrganizations,
      { pageSize: 2, pageToken: first.nextPageToken },
      operator(),
    );

    const names = [...first.organizations, ...rest.organizations].map(({ name }) => name);
    expect(names).toEqual(['organizations/acme', 'organizations/starter', 'organizations/zulu']);
    expect(rest.nextPageToken).toBe('');
  });

  it('gives an organization that has lost its keys another one', async () => {
    const request = { parent: 'organizations/acme', displayName: 'again' };

    const { credential } = await answered(organizations.createOrganizationKey, request, operator());

    const { apiKeys: listed } = await answered(apiKeys.listApiKeys, { pageSize: 0, pageToken: '' }, credential);
    expect(listed.map(({ displayName }) => displayName).sort()).toEqual(['First admin key', 'again']);
  });

  it.each([
    ['INVALID_ARGUMENT', 'organization_id', { organizationId: 'Acme!', organization: undefined }],
    ['ALREADY_EXISTS', 'name', { organizationId: 'starter', organization: undefined }],
    ['ALREADY_EXISTS', 'name', { organizationId: 'sortition-operators', organization: undefined }],
  ])('is refused with %s naming %s', async (reason, field, request) => {
    expect(await call(running, organizations.createOrganization, request, operator())).toMatchObject({
      reason,
      fields: [field],
    });
  });

  it('is told which organization does not exist', async () => {
    const request = { parent: 'organizations/nowhere', displayName: '' };

    expect(await call(running, organizations.createOrganizationKey, request, operator())).toMatchObject({
      reason: 'RESOURCE_NOT_FOUND',
      fields: ['parent'],
    });
  });

  it('makes another token of its kind, which nobody else can', async () => {
    const { credential } = await answered(apiKeys.createApiKey, operatorKey, operator());

    const listed = await answered(organizations.listOrganizations, { pageSize: 1, pageToken: '' }, credential);
    expect(credential).toMatch(/^sor_operator_/);
    expect(listed.organizations).toHaveLength(1);
    expect(await call(running, apiKeys.createApiKey, operatorKey, admin())).toMatchObject({ fields: ['api_key.kind'] });
    const adminKey = adminApiKeys.CreateApiKeyRequest.fromPartial({ apiKey: { kind: typesProject.ApiKeyKind.ADMIN } });
    expect(await call(running, apiKeys.createApiKey, adminKey, operator())).toMatchObject({ fields: ['api_key.kind'] });
  });
});

describe("the operator's token", () => {
  it('is stored as a hash', async () => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ row: string }>(
      `SELECT api_key::text AS row FROM api_key WHERE kind = 'operator'`,
    );
    await client.end();

    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(operator().split('_')[3]);
  });

  it('is made once, and again when all of them were revoked', async () => {
    const second = await runPlatform(databaseUrl);
    await second.stop();
    const listed = await answered(apiKeys.listApiKeys, { pageSize: 0, pageToken: '' }, operator());
    for (const { name } of listed.apiKeys) await call(running, apiKeys.revokeApiKey, { name }, operator());
    const third = await runPlatform(databaseUrl);
    await third.stop();

    expect(second.platform.starter.operatorToken).toBeUndefined();
    expect(third.platform.starter.operatorToken).toMatch(/^sor_operator_/);
  });
});
