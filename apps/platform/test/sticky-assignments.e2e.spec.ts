import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES, type typesExperiment } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import type { Author } from '../src/modules/admin/domain/author.js';
import { AdminUseCases } from '../src/modules/admin/testing/admin-use-cases.js';
import {
  openPostgresAdminDatabase,
  type PostgresAdminDatabase,
} from '../src/modules/admin/testing/postgres-admin-database.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const { resolve, resolveAll, explain } = SERVICES['sortition.assignment.v1.AssignmentService'];
const { applyDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];
const { getExperiment, updateExperiment } = SERVICES['sortition.admin.v1.ExperimentService'];

const NAME = 'projects/shop/experiments/green-button';
const UNITS = Array.from({ length: 20 }, (_, index) => `unit-${String(index)}`);
const ALMOST_ALL = [
  { variant: 'control', weight: 1, ranges: undefined },
  { variant: 'treatment', weight: 999_999, ranges: undefined },
];

const SHOP = {
  version: 1,
  flags: [
    {
      key: 'button',
      type: 'string',
      variants: { off: 'grey', control: 'blue', treatment: 'green' },
      clientVisible: true,
      environments: {
        production: {
          enabled: true,
          rules: [{ key: 'experiment', experiment: 'green-button' }],
          defaultVariant: 'off',
        },
      },
    },
    {
      key: 'banner',
      type: 'boolean',
      variants: { on: true },
      environments: { production: { enabled: true, defaultVariant: 'on' } },
    },
  ],
  experiments: [
    {
      key: 'green-button',
      flag: 'button',
      environment: 'production',
      control: 'control',
      variants: { control: 50, treatment: 50 },
      sticky: true,
      salt: 'green',
      state: 'running',
    },
  ],
};

interface Tenant {
  readonly admin: string;
  readonly server: string;
  /** The environment's revision before the last change. */
  readonly revision: number;
}

let postgres: TestPostgres;
let database: PostgresAdminDatabase;
let running: RunningPlatform;
let superuser: Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = await openPostgresAdminDatabase(postgres);
  running = await runPlatform(database.url);
  superuser = new Client({ connectionString: database.url });
  await superuser.connect();
});

afterAll(async () => {
  await superuser.end();
  await running.stop();
  await database.close();
  await postgres.stop();
});

async function answerTo<T>(outcome: Promise<{ readonly response: T } | object>): Promise<T> {
  const settled = await outcome;
  if (!('response' in settled)) throw new Error(JSON.stringify(settled));
  return settled.response;
}

/** An organization of its own whose shop runs the experiment. */
async function newTenant(): Promise<Tenant> {
  const admin = new AdminUseCases(database.database);
  const author: Author = await admin.newOrganization();
  const credentialOf = async (kind: 'admin' | 'server'): Promise<string> => {
    const environment = kind === 'admin' ? '' : 'projects/shop/environments/production';
    const key = { kind, displayName: '', environment, expiresAt: undefined };
    return (await admin.createApiKey.execute(author, key)).credential;
  };
  const tenant = { admin: await credentialOf('admin'), server: await credentialOf('server'), revision: 0 };
  await answerTo(
    call(running, applyDeclaration, { parent: 'projects/shop', declaration: SHOP, dryRun: false }, tenant.admin),
  );
  return tenant;
}

async function decisionOf({ server, revision }: Tenant, unit: string) {
  for (;;) {
    const request = { flag: 'button', context: { targetingKey: unit } };
    const answer = await answerTo(call(running, resolve, request, server));
    if (answer.revision > revision) return { ...answer.decision, revision: answer.revision };
  }
}

async function variantsOf(tenant: Tenant): Promise<readonly (string | undefined)[]> {
  const decisions = await Promise.all(UNITS.map((unit) => decisionOf(tenant, unit)));
  return decisions.map(({ variant }) => variant);
}

/** The first unit that has the variant. */
function unitOf(variant: string, variants: readonly (string | undefined)[]): string {
  const unit = UNITS[variants.indexOf(variant)];
  if (unit === undefined) throw new Error(`No unit has "${variant}".`);
  return unit;
}

/** Changes the experiment and gives the tenant whose answers are of the state after the change. */
async function change(tenant: Tenant, changes: Partial<typesExperiment.Experiment>, path: string): Promise<Tenant> {
  const { revision } = await answerTo(call(running, resolve, { flag: 'banner', context: {} }, tenant.server));
  const { experiment } = await answerTo(call(running, getExperiment, { name: NAME }, tenant.admin));
  if (!experiment) throw new Error('There is no experiment.');
  const request = { experiment: { ...experiment, ...changes }, updateMask: [path] };
  await answerTo(call(running, updateExperiment, request, tenant.admin));
  return { ...tenant, revision };
}

describe('a sticky experiment', () => {
  it('keeps each unit’s variant when its weights change, and gives new units the new weights', async () => {
    const tenant = await newTenant();
    const before = await variantsOf(tenant);

    const changed = await change(tenant, { allocations: ALMOST_ALL }, 'allocations');

    expect(new Set(before)).toEqual(new Set(['control', 'treatment']));
    expect(await variantsOf(changed)).toEqual(before);
    expect(await decisionOf(changed, 'newcomer')).toMatchObject({ variant: 'treatment', assignment: { phase: 2 } });
  });

  it('takes no new units while its intake is paused, and takes them again afterwards', async () => {
    const tenant = await newTenant();
    const before = await variantsOf(tenant);

    const paused = await change(tenant, { intakePaused: true }, 'intake_paused');
    expect(await variantsOf(paused)).toEqual(before);
    expect(await decisionOf(paused, 'newcomer')).toMatchObject({ variant: 'off', assignment: undefined });

    const resumed = await change(paused, { intakePaused: false }, 'intake_paused');
    expect(await decisionOf(resumed, 'newcomer')).toMatchObject({ assignment: { unit: 'newcomer' } });
  });

  it('shows its assignments to no other organization', async () => {
    const ours = await newTenant();
    const theirs = await change(await newTenant(), { allocations: ALMOST_ALL }, 'allocations');
    const unit = unitOf('control', await variantsOf(ours));

    // The same experiment key and the same unit, decided by their own weights.
    expect((await decisionOf(theirs, unit)).variant).toBe('treatment');
    expect((await decisionOf(ours, unit)).variant).toBe('control');
    const { rows } = await superuser.query<{ readonly variants: readonly string[] }>(
      `SELECT array_agg(DISTINCT variant ORDER BY variant) AS variants FROM sticky_assignment
       WHERE unit_digest = sha256($1::bytea)`,
      [Buffer.from(unit)],
    );
    expect(rows).toEqual([{ variants: ['control', 'treatment'] }]);
  });

  it('is explained with the stored assignment, and explaining stores none', async () => {
    const tenant = await newTenant();
    const unit = unitOf('control', await variantsOf(tenant));
    const changed = await change(tenant, { allocations: ALMOST_ALL }, 'allocations');
    await decisionOf(changed, unit);
    const explained = async (targetingKey: string) => {
      const context = { targetingKey };
      return answerTo(
        call(running, explain, { flag: 'button', context, environment: '', time: undefined }, tenant.server),
      );
    };

    expect((await explained(unit)).decision).toMatchObject({ variant: 'control' });
    const count = async (): Promise<unknown> => (await superuser.query('SELECT count(*) FROM sticky_assignment')).rows;
    const before = await count();
    await explained('somebody-else');
    expect(await count()).toEqual(before);
  });

  it('is not decided while the store does not answer; every other flag is', async () => {
    const tenant = await newTenant();
    const [variant] = await variantsOf(tenant);
    const request = { flags: [], context: { targetingKey: 'unit-0' } };
    const error = {
      flag: 'button',
      errorCode: 'GENERAL',
      errorMessage: 'The store of sticky assignments does not answer, so flag "button" is not decided.',
      variant: '',
    };

    await superuser.query('BEGIN');
    await superuser.query('LOCK TABLE sticky_assignment');
    const away = await answerTo(call(running, resolveAll, request, tenant.server));
    const overHttp = await fetch(`${running.platform.httpUrl}/ofrep/v1/evaluate/flags/button`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${tenant.server}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ context: { targetingKey: 'unit-0' } }),
    });
    const answer: unknown = await overHttp.json();
    await superuser.query('ROLLBACK');

    expect(away.decisions).toMatchObject([{ flag: 'banner', variant: 'on', errorCode: '' }, error]);
    expect(answer).toMatchObject({ key: 'button', errorCode: 'GENERAL', errorDetails: error.errorMessage });
    expect((await decisionOf(tenant, 'unit-0')).variant).toBe(variant);
  });
});
