import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  adminApiKeys,
  adminAudit,
  adminDeclarations,
  adminExperiments,
  adminFlags,
  adminLayers,
  adminMetrics,
  adminProjects,
  adminSegments,
  SERVICES,
  typesExperiment,
  typesFlag,
  typesMetric,
  typesProject,
} from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import type { MethodDefinition } from '@grpc/grpc-js';

import { call, runPlatform, type Outcome, type RunningPlatform } from './running-platform.js';

const flags = SERVICES['sortition.admin.v1.FlagService'];
const segments = SERVICES['sortition.admin.v1.SegmentService'];
const layers = SERVICES['sortition.admin.v1.LayerService'];
const metrics = SERVICES['sortition.admin.v1.MetricService'];
const experiments = SERVICES['sortition.admin.v1.ExperimentService'];
const projects = SERVICES['sortition.admin.v1.ProjectService'];
const apiKeys = SERVICES['sortition.admin.v1.ApiKeyService'];
const audit = SERVICES['sortition.admin.v1.AuditService'];
const declarations = SERVICES['sortition.admin.v1.DeclarationService'];

let postgres: TestPostgres;
let running: RunningPlatform;
let adminKey: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  running = await runPlatform(await postgres.createDatabase());
  adminKey = running.platform.starter.keys?.admin ?? '';
});

afterAll(async () => {
  await running.stop();
  await postgres.stop();
});

const ask = <Request, Response>(
  method: MethodDefinition<Request, Response>,
  request: Request,
): Promise<Outcome<Response>> => call(running, method, request, adminKey);

async function answered<Request, Response>(
  method: MethodDefinition<Request, Response>,
  request: Request,
): Promise<Response> {
  const outcome = await ask(method, request);
  if ('response' in outcome) return outcome.response;
  throw new Error(`${method.path}: ${outcome.reason} ${outcome.message}`);
}

/** A project of its own with the environment "production". */
async function newProject(projectId: string): Promise<string> {
  const parent = `projects/${projectId}`;
  await answered(projects.createProject, adminProjects.CreateProjectRequest.fromPartial({ projectId }));
  const environment = { parent, environmentId: 'production' };
  await answered(projects.createEnvironment, adminProjects.CreateEnvironmentRequest.fromPartial(environment));
  return parent;
}

const button = (parent: string): adminFlags.CreateFlagRequest =>
  adminFlags.CreateFlagRequest.fromPartial({
    parent,
    flagId: 'button',
    flag: {
      type: typesFlag.FlagType.STRING,
      variants: [
        { key: 'control', value: 'blue' },
        { key: 'treatment', value: 'green' },
      ],
      owner: 'team-checkout',
      lifetime: typesFlag.FlagLifetime.PERMANENT,
    },
  });

describe('the services of the role admin', () => {
  it('create, read, list, change and delete a flag', async () => {
    const parent = await newProject('flags');
    const name = `${parent}/flags/button`;

    const { flag: created } = await answered(flags.createFlag, button(parent));
    const { flag: read } = await answered(flags.getFlag, { name });
    const { flag: updated } = await answered(flags.updateFlag, {
      flag: typesFlag.Flag.fromPartial({ name, owner: 'team-design', description: 'not in the mask' }),
      updateMask: ['owner'],
    });
    const { flags: listed } = await answered(flags.listFlags, { parent, pageSize: 0, pageToken: '' });
    await answered(flags.deleteFlag, { name, etag: updated?.etag ?? '' });

    expect(read).toEqual(created);
    expect(updated).toMatchObject({
      owner: 'team-design',
      description: '',
      lifetime: typesFlag.FlagLifetime.PERMANENT,
    });
    expect(listed).toEqual([updated]);
    expect(await ask(flags.getFlag, { name })).toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });
  });

  it('lose nothing of an imported split that is read and written back', async () => {
    const parent = await newProject('imported');
    const program = { hash: 'murmur3_x86_32', keyTemplate: '{salt}.{unit}', reduce: { kind: 'scale', total: 10_000 } };
    const split = {
      salt: 'exp-1',
      program,
      gates: [{ salt: 'traffic', program, ranges: [{ start: 0, end: 9_000 }] }],
      allocations: [
        { variant: 'on', weight: 0, ranges: [{ start: 0, end: 5_000 }] },
        { variant: 'off', weight: 0, ranges: [{ start: 5_000, end: 10_000 }] },
      ],
    };
    const flag = {
      key: 'imported',
      type: 'boolean',
      variants: { on: true, off: false },
      environments: { production: { enabled: true, rules: [{ key: 'split', split }] } },
    };
    const declaration = { version: 1, flags: [flag] };
    await answered(declarations.applyDeclaration, { parent, declaration, dryRun: false });
    const name = `${parent}/environments/production/flags/imported`;

    const { flagConfiguration } = await answered(flags.getFlagConfiguration, { name });
    const written = await answered(flags.updateFlagConfiguration, { flagConfiguration, updateMask: undefined });

    expect(written.flagConfiguration).toEqual(flagConfiguration);
    const { declaration: exported } = await answered(declarations.exportDeclaration, { parent });
    expect(exported).toMatchObject({ flags: [{ environments: { production: { rules: [{ split }] } } }] });
  });

  it('return every kind of rule as it was written, with the salts that were made', async () => {
    const parent = await newProject('rules');
    await answered(flags.createFlag, button(parent));
    await answered(
      segments.createSegment,
      adminSegments.CreateSegmentRequest.fromPartial({
        parent,
        segmentId: 'nordics',
        segment: { condition: { attribute: 'country', in: ['SE', 'NO'] } },
      }),
    );
    const flagConfiguration = typesFlag.FlagConfiguration.fromPartial({
      name: `${parent}/environments/production/flags/button`,
      enabled: true,
      rules: [
        {
          key: 'nordics',
          condition: { segment: 'nordics' },
          schedule: { startTime: new Date('2026-01-01T00:00:00Z') },
          serve: { $case: 'variant', value: 'treatment' },
        },
        {
          key: 'split',
          serve: {
            $case: 'split',
            value: { allocations: [{ variant: 'treatment', weight: 250_000 }], unit: 'company' },
          },
        },
        { key: 'rollout', serve: { $case: 'rollout', value: { variant: 'treatment', share: 1_000 } } },
        { key: 'rest', serve: { $case: 'callerDefault', value: {} } },
      ],
    });

    const written = await answered(flags.updateFlagConfiguration, { flagConfiguration, updateMask: undefined });

    const rules = written.flagConfiguration?.rules ?? [];
    const salts = rules.map(({ serve }) =>
      serve?.$case === 'split' || serve?.$case === 'rollout' ? serve.value.salt : undefined,
    );
    expect(salts).toEqual([undefined, expect.stringMatching(/^[^/]+$/), expect.stringMatching(/^[^/]+$/), undefined]);
    expect(rules[0]).toEqual(flagConfiguration.rules[0]);
    expect(rules[3]).toEqual(flagConfiguration.rules[3]);
    const { environment } = await answered(projects.getEnvironment, { name: `${parent}/environments/production` });
    expect(environment?.revision).toBe(4);
  });

  it('run an experiment in a layer from draft to end', async () => {
    const parent = await newProject('experiments');
    await answered(flags.createFlag, button(parent));
    await answered(
      layers.createLayer,
      adminLayers.CreateLayerRequest.fromPartial({ parent, layerId: 'checkout', layer: {} }),
    );
    const metric = {
      event: 'purchase',
      kind: typesMetric.MetricKind.CONVERSION,
      window: { seconds: 604_800, nanos: 0 },
    };
    const { metric: stored } = await answered(
      metrics.createMetric,
      adminMetrics.CreateMetricRequest.fromPartial({ parent, metricId: 'purchase-rate', metric }),
    );
    const freeBuckets = async (): Promise<number | undefined> =>
      (await answered(layers.getLayer, { name: `${parent}/layers/checkout` })).layer?.freeBuckets;
    const request = adminExperiments.CreateExperimentRequest.fromPartial({
      parent,
      experimentId: 'green-button',
      experiment: {
        flag: 'button',
        environment: 'production',
        controlVariant: 'control',
        allocations: [
          { variant: 'control', weight: 500_000 },
          { variant: 'treatment', weight: 500_000 },
        ],
        layer: 'checkout',
        layerBuckets: 400_000,
        metrics: [{ metric: 'purchase-rate', role: typesExperiment.MetricRole.SUCCESS }],
      },
    });
    const { experiment: draft } = await answered(experiments.createExperiment, request);
    const name = draft?.name ?? '';

    const { experiment: started } = await answered(experiments.startExperiment, { name, etag: draft?.etag ?? '' });
    const freeWhileRunning = await freeBuckets();
    const stale = await ask(experiments.endExperiment, { name, etag: draft?.etag ?? '' });
    const { experiment: ended } = await answered(experiments.endExperiment, { name, etag: '' });

    expect(stored?.window).toEqual({ seconds: 604_800, nanos: 0 });
    expect(draft).toMatchObject({ alpha: 0.05, phase: 0, state: typesExperiment.ExperimentState.DRAFT });
    expect(started).toMatchObject({ phase: 1, state: typesExperiment.ExperimentState.RUNNING, endTime: undefined });
    expect(freeWhileRunning).toBe(600_000);
    expect(stale).toMatchObject({ reason: 'STALE_ETAG', fields: ['etag'] });
    expect(ended?.endTime).toBeInstanceOf(Date);
    expect(await freeBuckets()).toBe(1_000_000);
  });

  it('show a credential once and never again', async () => {
    const request = adminApiKeys.CreateApiKeyRequest.fromPartial({
      apiKey: {
        kind: typesProject.ApiKeyKind.SERVER,
        displayName: 'backend',
        environment: 'projects/shop/environments/production',
      },
    });

    const { apiKey, credential } = await answered(apiKeys.createApiKey, request);
    const { apiKeys: listed } = await answered(apiKeys.listApiKeys, { pageSize: 0, pageToken: '' });

    expect(credential).toMatch(/^sor_server_[0-9a-f]{12}_[\w-]{43}$/);
    expect(listed).toContainEqual(apiKey);
    expect(JSON.stringify(listed)).not.toContain(credential.split('_')[3]);
  });

  it('tell who did what', async () => {
    const parent = await newProject('audited');
    await answered(flags.createFlag, button(parent));

    const resource = `${parent}/flags/button`;
    const { auditEntries } = await answered(
      audit.listAuditEntries,
      adminAudit.ListAuditEntriesRequest.fromPartial({ resource }),
    );

    expect(auditEntries).toMatchObject([
      { actor: expect.stringMatching(/^apiKeys\/[0-9a-f]{12}$/), action: 'flags.create', resource, before: '' },
    ]);
    expect(JSON.parse(auditEntries[0]?.after ?? '')).toMatchObject({ owner: 'team-checkout' });
  });

  it('apply a declaration and export it again', async () => {
    const parent = await newProject('declared');
    const declaration = {
      version: 1,
      flags: [{ key: 'banner', type: 'object', variants: { on: { text: 'Hi', sizes: [1, 2.5] }, off: {} } }],
    };

    const rehearsed = await answered(declarations.applyDeclaration, { parent, declaration, dryRun: true });
    const applied = await answered(declarations.applyDeclaration, { parent, declaration, dryRun: false });
    const { declaration: exported } = await answered(declarations.exportDeclaration, { parent });
    const again = await answered(declarations.applyDeclaration, { parent, declaration: exported, dryRun: false });

    expect(rehearsed).toEqual(applied);
    expect(applied.changes).toEqual([
      { action: adminDeclarations.ChangeAction.CREATE, resource: `${parent}/flags/banner`, fields: [] },
    ]);
    expect(exported).toMatchObject(declaration);
    expect(again.changes.map(({ action }) => action)).toEqual(
      again.changes.map(() => adminDeclarations.ChangeAction.NONE),
    );
  });

  it.each<readonly [string, string, () => Promise<Outcome<unknown>>]>([
    [
      'UNKNOWN_ENUM_VALUE',
      'flag.type',
      () => ask(flags.createFlag, changedFlag({ type: typesFlag.FlagType.UNRECOGNIZED })),
    ],
    [
      'UNKNOWN_ENUM_VALUE',
      'flag.type',
      () => ask(flags.createFlag, changedFlag({ type: typesFlag.FlagType.UNSPECIFIED })),
    ],
    ['INVALID_ARGUMENT', 'flag_id', () => ask(flags.createFlag, { ...button('projects/shop'), flagId: 'Not a key' })],
    ['INVALID_ARGUMENT', 'parent', () => ask(flags.createFlag, { ...button('project/shop') })],
    ['INVALID_ARGUMENT', 'flag', () => ask(flags.createFlag, { ...button('projects/shop'), flag: undefined })],
    ['RESOURCE_NOT_FOUND', 'parent', () => ask(flags.createFlag, button('projects/no-such-project'))],
    [
      'INVALID_ARGUMENT',
      'page_size',
      () => ask(flags.listFlags, { parent: 'projects/shop', pageSize: -1, pageToken: '' }),
    ],
    [
      'INVALID_ARGUMENT',
      'page_token',
      () => ask(flags.listFlags, { parent: 'projects/shop', pageSize: 1, pageToken: 'x' }),
    ],
    ['INVALID_ARGUMENT', 'name', () => ask(flags.getFlag, { name: 'flags/button' })],
    [
      'INVALID_ARGUMENT',
      'update_mask',
      () =>
        ask(flags.updateFlag, {
          flag: typesFlag.Flag.fromPartial({ name: 'projects/shop/flags/button' }),
          updateMask: ['colour'],
        }),
    ],
    [
      'INVALID_CONFIGURATION',
      'flags.button.variants[0].value',
      () => ask(flags.createFlag, changedFlag({ type: typesFlag.FlagType.NUMBER })),
    ],
  ])('refuse bad input with %s naming %s', async (reason, field, attempt) => {
    expect(await attempt()).toMatchObject({ reason, fields: expect.arrayContaining([field]) });
  });
});

function changedFlag(changes: Partial<typesFlag.Flag>): adminFlags.CreateFlagRequest {
  const request = button('projects/shop');
  return { ...request, flag: { ...typesFlag.Flag.fromPartial(request.flag ?? {}), ...changes } };
}
