import {
  defaultsOf,
  type DefinitionChanges,
  type Definitions,
  invalidArgument,
  mutableFieldsOf,
  type Resource,
  type ResourceKind,
} from '@sortition/declaration';

import type { UpdateScope } from '../../application/update-resource.js';
import type { RelatedResources } from '../../application/read-related.js';

/** How one kind of resource looks on the wire. */
export interface WireForm<K extends ResourceKind> {
  readonly kind: K;
  /** Kinds of which {@link toMessage} looks at every resource of the project. */
  readonly needs: readonly ResourceKind[];
  /** Reads a whole definition. */
  readDefinition(message: object): Definitions[K];
  /**
   * Reads what a mask names; without a mask everything that can change.
   *
   * @throws DomainError INVALID_ARGUMENT for a path that the message does not have.
   */
  readChanges(message: object, mask: readonly string[] | undefined): WireChanges<K>;
  toMessage(resource: Resource<K>, related: RelatedResources): object;
}

export interface WireChanges<K extends ResourceKind> {
  readonly changes: DefinitionChanges<K>;
  /** Whether everything that can change was given, asked for by name or not. */
  readonly scope: UpdateScope;
}

/** Stands for a property that the platform makes and no message sets. */
export const MADE_BY_PLATFORM = Symbol('made by the platform');

/** How the properties of a definition are read from a message; each by itself, so that a mask can choose. */
export type FieldReaders<K extends ResourceKind, Message> = {
  readonly [P in keyof Definitions[K] & string]-?: FieldReader<Message, Definitions[K][P]> | typeof MADE_BY_PLATFORM;
};

export interface FieldReader<Message, Value> {
  /** The field's name in the proto file. */
  readonly path: string;
  /** Undefined: the property is absent. */
  read(message: Message): Value | undefined;
}

export interface WireDescription<K extends ResourceKind, Message> {
  readonly kind: K;
  readonly readers: FieldReaders<K, Message>;
  readonly needs?: readonly ResourceKind[];
  toMessage(resource: Resource<K>, related: RelatedResources): Message;
}

/** Makes the wire form of a kind; what it is given to read was decoded as a `Message`. */
export function defineWireForm<K extends ResourceKind, Message extends object>(
  description: WireDescription<K, Message>,
): WireForm<K> {
  const { kind, needs = [] } = description;
  const readers = Object.entries<FieldReader<Message, unknown> | typeof MADE_BY_PLATFORM>(description.readers).flatMap(
    ([property, reader]) => (typeof reader === 'symbol' ? [] : [[property, reader] as const]),
  );
  const readerOf = new Map(readers);
  return {
    kind,
    needs,
    toMessage: (resource, related) => description.toMessage(resource, related),
    readDefinition(message) {
      const read = readers.map(([property, reader]) => [property, reader.read(message as Message)] as const);
      const given = Object.fromEntries(read.filter(([, value]) => value !== undefined));
      // The readers and the defaults cover every property of the definition, by their types.
      return { ...defaultsOf(kind), ...given } as unknown as Definitions[K];
    },
    readChanges(message, mask) {
      const isWhole = mask === undefined || mask.length === 0 || mask.includes('*');
      const properties = isWhole ? mutableFieldsOf(kind) : mask.map((path) => propertyOf(readers, path));
      const read = properties.map((property) => [property, readerOf.get(property)?.read(message as Message)] as const);
      return { changes: Object.fromEntries(read) as DefinitionChanges<K>, scope: isWhole ? 'whole' : 'named' };
    },
  };
}

/** Paths are accepted as in the proto file and in their JSON form. */
function propertyOf<Message>(
  readers: readonly (readonly [string, FieldReader<Message, unknown>])[],
  path: string,
): string {
  const protoPath = path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const found = readers.find(([, reader]) => reader.path === protoPath);
  if (found) return found[0];
  const known = readers.map(([, reader]) => reader.path);
  throw invalidArgument('update_mask', path, `must name fields among ${known.join(', ')}`);
}
