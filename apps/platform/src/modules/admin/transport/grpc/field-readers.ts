import { invalidArgument } from '../../domain/admin-errors.js';
import type { DefinitionChanges } from '../../domain/edit-resource.js';
import { RESOURCE_RULES } from '../../domain/resource-rules.js';
import type { Definitions, ResourceKind } from '../../domain/resource.js';

/** How the properties of a definition are read from a message; each by itself, so that a mask can choose. */
export type FieldReaders<K extends ResourceKind, Message> = {
  readonly [P in keyof Definitions[K] & string]-?: FieldReader<Message, Definitions[K][P]>;
};

export interface FieldReader<Message, Value> {
  /** The field's name in the proto file; undefined for what no message carries. */
  readonly path: string | undefined;
  /** Undefined: the property is absent. */
  read(message: Message): Value | undefined;
}

/** Reads a whole definition. */
export function readDefinition<K extends ResourceKind, Message>(
  readers: FieldReaders<K, Message>,
  message: Message,
): Definitions[K] {
  const entries = Object.entries<FieldReader<Message, unknown>>(readers).map(
    ([property, reader]) => [property, reader.read(message)] as const,
  );
  // The readers cover every property of the definition, by their type.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as unknown as Definitions[K];
}

/**
 * Reads what a mask names; without a mask everything that can change.
 *
 * @throws DomainError INVALID_ARGUMENT for a path that the message does not have.
 */
export function readChanges<K extends ResourceKind, Message>(
  kind: K,
  readers: FieldReaders<K, Message>,
  message: Message,
  mask: readonly string[] | undefined,
): DefinitionChanges<K> {
  const all: Readonly<Record<string, FieldReader<Message, unknown>>> = readers;
  const isWhole = mask === undefined || mask.length === 0 || mask.includes('*');
  const properties = isWhole ? RESOURCE_RULES[kind].mutable : mask.map((path) => propertyOf(all, path));
  return Object.fromEntries(
    properties.map((property) => [property, all[property]?.read(message)]),
  ) as DefinitionChanges<K>;
}

/** Paths are accepted as in the proto file and in their JSON form. */
function propertyOf<Message>(readers: Readonly<Record<string, FieldReader<Message, unknown>>>, path: string): string {
  const protoPath = path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const found = Object.entries(readers).find(([, reader]) => reader.path === protoPath);
  if (found) return found[0];
  const known = Object.values(readers).flatMap((reader) => reader.path ?? []);
  throw invalidArgument('update_mask', path, `must name fields among ${known.join(', ')}`);
}
