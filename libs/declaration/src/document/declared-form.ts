import { defaultsOf, fieldsOf } from '../definition-fields.js';
import type { ResourceField } from '../resource-type.js';
import { typeOfKind } from '../resource-types.js';
import type { DeclaredContext } from '../resource-type.js';
import type { DeclaredForms, DefinitionChanges, Definitions, ResourceKind } from '../resource.js';

/** A field whose property is not known to the compiler. */
type SomeField<K extends ResourceKind> = ResourceField<K, keyof Definitions[K]>;
type Bag = Readonly<Record<string, unknown>>;

/** What a declared form says of a definition; what it does not mention is left out, what it gives as null is cleared. */
export function changesOf<K extends ResourceKind>(
  kind: K,
  declared: DeclaredForms[K],
  context: DeclaredContext<K>,
): DefinitionChanges<K> {
  const changes = entriesOf(kind).flatMap(([property, field]): readonly (readonly [string, unknown])[] => {
    const names = Object.keys(field.declared ?? {});
    const given = names.map((name) => (declared as Bag)[name]).find((value) => value !== undefined);
    if (field.isSettled || given === undefined) return [];
    if (given === null) return [[property, undefined]];
    return [[property, field.read ? field.read(declared, context) : given]];
  });
  return Object.fromEntries(changes) as DefinitionChanges<K>;
}

/** A whole definition from a declared form; the schema requires what has no default. */
export function definitionOf<K extends ResourceKind>(
  kind: K,
  declared: DeclaredForms[K],
  context: DeclaredContext<K>,
): Definitions[K] {
  return { ...defaultsOf(kind), ...changesOf(kind, declared, context) } as Definitions[K];
}

/** A definition in the form in which it is declared; secrets stay out. */
export function declaredForm<K extends ResourceKind>(kind: K, definition: Definitions[K]): DeclaredForms[K] {
  const parts = entriesOf(kind).map(([property, field]): object => {
    const value = definition[property as keyof Definitions[K]];
    const [name] = Object.keys(field.declared ?? {});
    if (value === undefined || name === undefined || field.isSecret) return {};
    // The property's own value; the compiler cannot follow the correlation.
    return field.write?.(value as never, definition) ?? { [name]: value };
  });
  return Object.assign({}, ...parts) as DeclaredForms[K];
}

function entriesOf<K extends ResourceKind>(kind: K): readonly (readonly [string, SomeField<K>])[] {
  const { fields } = typeOfKind(kind);
  return fieldsOf(kind).map(([property]) => [property, fields[property as keyof typeof fields] as SomeField<K>]);
}
