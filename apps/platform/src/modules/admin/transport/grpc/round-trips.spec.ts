import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@sortition/contracts';
import {
  canonicalJson,
  type Declaration,
  declaredForm,
  definitionOf,
  type Definitions,
  fieldsOf,
  parseDeclaration,
  type ProjectState,
  readDocument,
  RESOURCE_KINDS,
  type Resource,
  type ResourceKind,
  typeOfKind,
} from '@sortition/declaration';
import fc, { type Arbitrary } from 'fast-check';
import { stringify } from 'yaml';

import { NOTHING_RELATED } from '../../application/read-related.js';
import { ARBITRARY_DEFINITIONS } from '../../testing/arbitrary-definitions.js';
import type { WireForm } from './wire-form.js';
import { WIRE_FORMS } from './wire-forms.js';

type WireKind = keyof typeof WIRE_FORMS;
type Bag = Readonly<Record<string, unknown>>;

const WIRE_KINDS = Object.keys(WIRE_FORMS) as WireKind[];
const NOBODY = { find: () => undefined } as unknown as ProjectState;

describe.each(WIRE_KINDS)('a %s on the wire', (kind) => {
  const form: WireForm<ResourceKind> = WIRE_FORMS[kind];
  const definitions = ARBITRARY_DEFINITIONS[kind] as Arbitrary<Definitions[ResourceKind]>;

  it('is the same definition when it is read back', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const read = form.readDefinition(received(kind, form, definition));

        expect(canonicalJson(read)).toBe(canonicalJson(definition));
      }),
    );
  });

  it('changes what a mask names, to what the message says, and nothing else', () => {
    const paths = pathsOf(form);
    fc.assert(
      fc.property(definitions, definitions, fc.subarray([...paths], { minLength: 1 }), (stored, sent, mask) => {
        const { changes } = form.readChanges(received(kind, form, sent), mask);

        const updated: Bag = { ...stored, ...changes };
        const named = new Set(mask.map((path) => propertyOf(kind, path)));
        for (const [property] of fieldsOf(kind)) {
          const expected = (named.has(property) ? { ...sent } : { ...stored }) as Bag;
          expect([property, canonicalJson([updated[property]])]).toEqual([
            property,
            canonicalJson([expected[property]]),
          ]);
        }
      }),
    );
  });

  it('changes nothing when it is read and written back whole', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const { changes, scope } = form.readChanges(received(kind, form, definition), ['*']);

        expect(scope).toBe('whole');
        expect(canonicalJson({ ...definition, ...changes })).toBe(canonicalJson(definition));
      }),
    );
  });
});

describe.each(RESOURCE_KINDS)('a %s in a file', (kind) => {
  const definitions = ARBITRARY_DEFINITIONS[kind] as Arbitrary<Definitions[ResourceKind]>;

  it.each(['json', 'yaml'] as const)('is the same definition when it is read back from %s', (format) => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const document = documentOf(kind, declaredForm(kind, definition));
        const text = format === 'json' ? JSON.stringify(document) : stringify(document);
        const declared = formIn(kind, parseDeclaration(readDocument(text, format, 'file')));

        const read = definitionOf(kind, declared, { before: undefined, state: NOBODY, key: 'key', at: 'file' });

        expect(canonicalJson(read)).toBe(canonicalJson(definition));
      }),
    );
  });
});

/** A definition as another process receives it. */
function received(kind: WireKind, form: WireForm<ResourceKind>, definition: Definitions[ResourceKind]): object {
  const resource: Resource<ResourceKind> = {
    id: '01900000-0000-7000-8000-000000000000',
    kind,
    project: 'shop',
    environment: kind === 'flagConfiguration' ? 'production' : undefined,
    key: 'key',
    definition,
    version: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  };
  const methods = Object.values(SERVICES).flatMap((service): readonly Codec[] => Object.values(service) as never);
  const get = methods.find(({ path }) => path.toLowerCase().endsWith(`/get${kind.toLowerCase()}`));
  if (!get) throw new Error(`No RPC reads a ${kind}.`);
  const bytes = get.responseSerialize({ [kind]: form.toMessage(resource, NOTHING_RELATED) });
  return get.responseDeserialize(bytes)[kind] as object;
}

interface Codec {
  readonly path: string;
  responseSerialize(message: object): Buffer;
  responseDeserialize(bytes: Buffer): Bag;
}

/** Paths that a mask may hold, from the error that names them. */
function pathsOf(form: WireForm<ResourceKind>): readonly string[] {
  try {
    form.readChanges({}, ['no such path']);
  } catch (error) {
    const [, listed = ''] = /among (.+), got/.exec(String(error)) ?? [];
    return listed.split(', ');
  }
  throw new Error('An unknown path was taken.');
}

/** The property that a path of the wire is of: most have the same name. */
function propertyOf(kind: WireKind, path: string): string {
  const renamed: Readonly<Record<string, string>> = {
    control_variant: 'control',
    window: 'windowMs',
    window_start: 'windowStartMs',
    covariate_window: 'covariateWindowMs',
  };
  const camel = path.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  const property = renamed[path] ?? camel;
  if (!fieldsOf(kind).some(([known]) => known === property)) throw new Error(`No property is behind ${path}.`);
  return property;
}

function documentOf(kind: ResourceKind, form: object): object {
  const { place } = typeOfKind(kind);
  if (place.as === 'single') return { version: 1, [place.section]: form };
  if (place.as === 'list') return { version: 1, [place.section]: [{ key: 'key', ...form }] };
  return { version: 1, flags: [{ key: 'key', type: 'boolean', variants: { on: true }, environments: { here: form } }] };
}

function formIn(kind: ResourceKind, declaration: Declaration): never {
  const { place } = typeOfKind(kind);
  const sections = declaration as unknown as Readonly<Record<string, unknown>>;
  const found =
    place.as === 'single'
      ? sections[place.section]
      : place.as === 'list'
        ? (sections[place.section] as readonly object[])[0]
        : declaration.flags?.[0]?.environments?.['here'];
  return found as never;
}
