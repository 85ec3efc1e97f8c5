import { describe, expect, it } from '@jest/globals';
import {
  buildSnapshot,
  canonicalJson,
  type FlagConfiguration,
  type ResourceAddress,
  servesRunning,
} from '@sortition/declaration';
import { DomainError } from '@sortition/kernel';
import fc from 'fast-check';

import type { Author } from '../domain/author.js';
import { AdminUseCases } from '../testing/admin-use-cases.js';
import { BUTTON, GREEN_BUTTON, PURCHASE_EVENT, PURCHASE_RATE } from '../testing/definitions.js';
import { InMemoryAdminDatabase } from '../testing/in-memory-admin-database.js';
import { latestSnapshot } from '../testing/latest-snapshot.js';

type Write = (admin: AdminUseCases, author: Author) => Promise<unknown>;

const FLAGS = ['a', 'b', 'c'];
const NAMES = ['x', 'y'];
const ENVIRONMENTS = ['production', 'development', 'staging'];

describe('a write that remembers the project', () => {
  it('does, publishes and refuses what a write that loads and checks everything does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(arbitraryWrite(), fc.nat(1)), { maxLength: 25 }), async (writes) => {
        const database = new InMemoryAdminDatabase();
        const processes = [new AdminUseCases(database), new AdminUseCases(database)];
        const author = await new AdminUseCases(database).newOrganization();
        const other = new InMemoryAdminDatabase();
        const otherAuthor = await new AdminUseCases(other).newOrganization();

        for (const [write, process] of writes) {
          const outcome = await outcomeOf(write(processes[process] ?? new AdminUseCases(database), author));
          // A process that has just started remembers nothing.
          expect(outcome).toEqual(await outcomeOf(write(new AdminUseCases(other), otherAuthor)));
          for (const environment of await environmentsOf(new AdminUseCases(other), otherAuthor)) {
            const published = await latestSnapshot(database, author, environment);
            const { organization, revision } = published;
            const whole = await new AdminUseCases(database).writer.rehearse(author, 'shop', (draft) =>
              buildSnapshot(draft, { organization, environment, revision, servesExperiment: servesRunning }),
            );
            expect(canonicalJson(published)).toBe(canonicalJson(whole));
            const expected = { ...(await latestSnapshot(other, otherAuthor, environment)), organization };
            expect(canonicalJson(published)).toBe(canonicalJson(expected));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stores nothing when nobody waits for it any more', async () => {
    const database = new InMemoryAdminDatabase();
    const admin = new AdminUseCases(database);
    const author = await admin.newOrganization();
    const gone = new AbortController();

    const attempt = admin.writer.write(
      author,
      'shop',
      (draft) => {
        draft.create('flag', 'late', BUTTON);
        gone.abort(new Error('gone'));
      },
      { signal: gone.signal },
    );

    await expect(attempt).rejects.toThrow('gone');
    expect((await latestSnapshot(database, author, 'production')).flags).toEqual([]);
  });

  it('stores the whole state again after 100 changes at most', async () => {
    const database = new InMemoryAdminDatabase();
    const admin = new AdminUseCases(database);
    const author = await admin.newOrganization();
    for (const key of FLAGS) await createFlag(key)(admin, author);

    let behind = 0;
    for (let change = 0; change < 250; change += 1) {
      await configure('a', 'production', { enabled: change % 2 === 0 })(admin, author);
      behind = Math.max(
        behind,
        await database.read(author.organizationId, async ({ projects, snapshots }) => {
          const project = await projects.find('shop');
          const environment = project && (await projects.findEnvironment(project, 'production'));
          const latest = environment && (await snapshots.latest(environment.id));
          return (latest?.revision ?? 0) - (latest?.wholeRevision ?? 0);
        }),
      );
    }

    expect(behind).toBeGreaterThan(0);
    expect(behind).toBeLessThan(100);
  });
});

async function environmentsOf(admin: AdminUseCases, author: Author): Promise<readonly string[]> {
  return admin.writer.rehearse(author, 'shop', ({ environments }) => environments.map(({ key }) => key));
}

/** What a caller sees of a write: that it went well, or what is wrong in which field. */
async function outcomeOf(write: Promise<unknown>): Promise<unknown> {
  try {
    await write;
    return 'done';
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [error.code, [...error.violations].sort((one, next) => (one.field < next.field ? -1 : 1))];
  }
}

const at = <K extends 'flag' | 'segment' | 'layer' | 'experiment'>(kind: K, key: string): ResourceAddress<K> => ({
  kind,
  project: 'shop',
  environment: undefined,
  key,
});

function createFlag(key: string): Write {
  return (admin, author) =>
    admin.createResource.execute(author, { ...at('flag', key), kind: 'flag', definition: BUTTON, requestId: '' });
}

function configure(key: string, environment: string, changes: Partial<FlagConfiguration>): Write {
  return (admin, author) =>
    admin.updateResource.execute(author, { kind: 'flagConfiguration', project: 'shop', environment, key }, changes, '');
}

function arbitraryWrite(): fc.Arbitrary<Write> {
  const flag = fc.constantFrom(...FLAGS);
  const name = fc.constantFrom(...NAMES);
  const environment = fc.constantFrom(...ENVIRONMENTS);
  const condition = fc.oneof(
    name.map((segment) => ({ segment })),
    fc.constant({ attribute: 'country', equals: 'SE' }),
    fc.constant({ attribute: 'age', greaterThan: 18 }),
  );
  const serve = fc.oneof(
    fc.constantFrom('control', 'treatment', 'missing').map((variant) => ({ kind: 'variant' as const, variant })),
    name.map((experiment) => ({ kind: 'experiment' as const, experiment })),
  );
  const changes: fc.Arbitrary<Partial<FlagConfiguration>> = fc.record(
    {
      enabled: fc.boolean(),
      defaultVariant: fc.constantFrom('control', 'treatment'),
      prerequisites: fc.array(
        flag.map((each) => ({ flag: each, variants: ['treatment'] })),
        { maxLength: 1 },
      ),
      rules: fc.array(
        fc.record({ key: fc.constantFrom('one', 'two'), condition, serve }).map((rule) => rule),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
  return fc.oneof(
    flag.map(createFlag),
    fc.tuple(flag, environment, changes).map(([key, where, what]) => configure(key, where, what)),
    fc.tuple(flag, fc.constantFrom('treatment', 'other')).map(
      ([key, second]): Write =>
        (admin, author) =>
          admin.updateResource.execute(
            author,
            at('flag', key),
            {
              variants: [
                { key: 'control', value: 'blue' },
                { key: second, value: 'green' },
              ],
            },
            '',
          ),
    ),
    fc.tuple(name, condition).map(
      ([key, tested]): Write =>
        (admin, author) =>
          admin.createResource.execute(author, {
            ...at('segment', key),
            kind: 'segment',
            definition: { description: '', condition: tested },
            requestId: '',
          }),
    ),
    fc.tuple(name, condition).map(
      ([key, tested]): Write =>
        (admin, author) =>
          admin.updateResource.execute(author, at('segment', key), { condition: tested }, ''),
    ),
    name.map(
      (key): Write =>
        (admin, author) =>
          admin.createResource.execute(author, {
            ...at('layer', key),
            kind: 'layer',
            definition: { description: '', salt: `layer-${key}` },
            requestId: '',
          }),
    ),
    fc.tuple(name, flag, environment).map(
      ([key, of, where]): Write =>
        (admin, author) =>
          admin.createResource.execute(author, {
            ...at('experiment', key),
            kind: 'experiment',
            definition: { ...GREEN_BUTTON, salt: `salt-${key}`, flag: of, environment: where, metrics: [] },
            requestId: '',
          }),
    ),
    name.map(
      (key): Write =>
        (admin, author) =>
          admin.startExperiment.execute(author, at('experiment', key), ''),
    ),
    name.map(
      (key): Write =>
        (admin, author) =>
          admin.endExperiment.execute(author, at('experiment', key), ''),
    ),
    fc.tuple(fc.constantFrom('flag' as const, 'segment' as const, 'experiment' as const), fc.oneof(flag, name)).map(
      ([kind, key]): Write =>
        (admin, author) =>
          admin.deleteResource.execute(author, at(kind, key), ''),
    ),
    fc.constant<Write>((admin, author) =>
      admin.createEnvironment.execute(author, { project: 'shop', key: 'staging', displayName: '', requestId: '' }),
    ),
    fc.constantFrom('required' as const, 'forbidden' as const).map(
      (presence): Write =>
        (admin, author) =>
          admin.applyDeclaration.execute(author, {
            project: 'shop',
            document: {
              version: 1,
              eventDefinitions: [{ key: 'purchase', ...PURCHASE_EVENT, value: { presence } }],
              metrics: [{ key: 'revenue', ...PURCHASE_RATE, kind: 'average' }],
            },
            mode: 'apply',
          }),
    ),
  );
}
