import { describe, expect, it } from '@jest/globals';
import { finished } from '@sortition/kernel';
import fc from 'fast-check';

import { CheckedEnvironment, type Checked } from './checked-environment.js';
import { INITIAL_CONFIGURATION, type FlagConfiguration } from '../resources/flag-configuration/flag-configuration.js';
import { ProjectDraft } from './project-draft.js';
import { ResourceTable } from './resource-table.js';
import type { Definitions } from '../resource.js';
import type { SegmentDefinition } from '../resources/segment/segment-definition.js';
import { touchedItems } from './touched-items.js';
import type { FlagDefinition } from '../resources/flag/flag-definition.js';

const BUTTON: FlagDefinition = {
  type: 'string',
  description: '',
  variants: [
    { key: 'control', value: 'blue' },
    { key: 'treatment', value: 'green' },
  ],
  owner: '',
  tags: [],
  lifetime: 'temporary',
  clientVisible: false,
};
const PROJECT = { id: 'p', key: 'shop', displayName: 'Shop', createdAt: new Date(0) };
const ENVIRONMENTS = ['development', 'production'].map((key) => ({
  id: key,
  projectId: 'p',
  key,
  displayName: key,
  revision: 1,
  createdAt: new Date(0),
}));
const FLAGS = ['a', 'b', 'c'];
const SEGMENTS = ['s', 't'];

/** What a project says: configurations by flag and environment, and conditions by segment. */
interface Said {
  readonly flags: Readonly<Record<string, Readonly<Record<string, FlagConfiguration>> | undefined>>;
  readonly segments: Readonly<Record<string, object | undefined>>;
}

describe('a check of what a change touched', () => {
  it('accepts what a check of everything accepts, and blames nothing that it would not blame', () => {
    fc.assert(
      fc.property(arbitrarySaid(), arbitrarySaid(), (first, second) => {
        const base = draftOf(new ResourceTable([]));
        write(base, first);
        const before = ENVIRONMENTS.map(({ key }) => finished(CheckedEnvironment.of(base, key, {})));
        if (!before.every((each) => each instanceof CheckedEnvironment)) return;

        const draft = draftOf(new ResourceTable(base.changes().flatMap(({ after }) => after ?? [])));
        write(draft, second);

        ENVIRONMENTS.forEach(({ key }, index) => {
          const touched = finished(touchedItems(draft, key, draft.changes()));
          const known = before[index];
          const partly = known && finished(known.after(draft, touched));
          const wholly = blamed(finished(CheckedEnvironment.of(draft, key, {})));
          expect(blamed(partly).length > 0).toBe(wholly.length > 0);
          expect(wholly).toEqual(expect.arrayContaining([...blamed(partly)]));
        });
      }),
      { numRuns: 2_000 },
    );
  });
});

/** What violations name; empty: nothing is wrong. */
function blamed(checked: Checked | undefined): readonly string[] {
  if (!checked || checked instanceof CheckedEnvironment) return [];
  return [...new Set(checked.violations.map(({ field }) => field.split('.').slice(0, 2).join('.')))].sort();
}

function draftOf(table: ResourceTable): ProjectDraft {
  let ids = 0;
  return new ProjectDraft(PROJECT, ENVIRONMENTS, table, {
    now: 0,
    newId: () => String((ids += 1)),
    newSalt: () => 'salt',
  });
}

function write(draft: ProjectDraft, { flags, segments }: Said): void {
  for (const key of FLAGS) {
    const configurations = flags[key];
    const flag = draft.find('flag', key);
    if (flag && !configurations) draft.remove(flag);
    if (!flag && configurations) draft.create('flag', key, BUTTON);
    for (const { key: environment } of ENVIRONMENTS) {
      put(draft, 'flagConfiguration', key, configurations?.[environment], environment);
    }
  }
  for (const key of SEGMENTS) {
    const condition = segments[key];
    put(draft, 'segment', key, condition && ({ description: '', condition } as SegmentDefinition));
  }
}

function put<K extends 'flagConfiguration' | 'segment'>(
  draft: ProjectDraft,
  kind: K,
  key: string,
  definition: Definitions[K] | undefined,
  environment?: string,
): void {
  const found = draft.find(kind, key, environment);
  if (found && !definition) draft.remove(found);
  if (found && definition) draft.update(found, definition);
  if (!found && definition) draft.create(kind, key, definition, environment);
}

function arbitrarySaid(): fc.Arbitrary<Said> {
  const condition = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom({ attribute: 'country', equals: 'SE' }, { attribute: 'age', no: 1 }) },
    { weight: 2, arbitrary: fc.constantFrom(...SEGMENTS).map((segment) => ({ segment })) },
  );
  const configuration = fc.record({
    enabled: fc.boolean(),
    defaultVariant: fc.constantFrom('control', 'control', 'treatment', 'missing'),
    prerequisites: fc.array(fc.record({ flag: fc.constantFrom(...FLAGS), variants: fc.constant(['treatment']) }), {
      maxLength: 1,
    }),
    rules: fc.array(
      fc.record({
        key: fc.constantFrom('one', 'two'),
        condition,
        serve: fc.constant({ kind: 'variant', variant: 'treatment' }),
      }),
      { maxLength: 2 },
    ),
  });
  const complete = configuration.map((said) => ({ ...INITIAL_CONFIGURATION, ...said }) as FlagConfiguration);
  const configurations = fc.record({ development: complete, production: complete });
  return fc.record({
    flags: fc.record(Object.fromEntries(FLAGS.map((key) => [key, fc.option(configurations, { nil: undefined })]))),
    segments: fc.record(Object.fromEntries(SEGMENTS.map((key) => [key, fc.option(condition, { nil: undefined })]))),
  });
}
