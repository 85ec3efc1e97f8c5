import { canonicalJson } from './canonical-json.js';
import { typeOfKind } from './resource-types.js';
import type { Definitions, ResourceKind } from './resource.js';

/** What every field of every kind has, whatever its value. */
export interface AnyField {
  readonly default?: unknown;
  readonly isOptional?: boolean;
  readonly isFixed?: boolean;
  readonly isSettled?: boolean;
  readonly isUnseen?: boolean;
  readonly isSecret?: boolean;
  readonly declared?: Readonly<Record<string, unknown>>;
}

export function fieldsOf(kind: ResourceKind): readonly (readonly [string, AnyField])[] {
  return Object.entries<AnyField>(typeOfKind(kind).fields);
}

/** Properties that an update may change. The others are kept from the creation. */
export function mutableFieldsOf(kind: ResourceKind): readonly string[] {
  const isMutable = ({ isFixed, isSettled, declared }: AnyField): boolean => !isFixed && !isSettled && !!declared;
  return fieldsOf(kind).flatMap(([property, field]) => (isMutable(field) ? [property] : []));
}

/** Properties that a declaration may leave out when it creates. */
export function defaultsOf<K extends ResourceKind>(kind: K): Partial<Definitions[K]> {
  const defaults = fieldsOf(kind).filter(([, field]) => field.default !== undefined);
  return Object.fromEntries(defaults.map(([property, field]) => [property, field.default])) as Partial<Definitions[K]>;
}

/** A definition for the eyes of people who may not know its secrets. */
export function withoutSecrets<K extends ResourceKind>(kind: K, definition: Definitions[K]): Definitions[K] {
  const secrets = fieldsOf(kind).flatMap(([property, { isSecret }]) => (isSecret ? [property] : []));
  if (secrets.length === 0) return definition;
  const shown = Object.entries(definition).filter(([property]) => !secrets.includes(property));
  return Object.fromEntries(shown) as Definitions[K];
}

/** Whether snapshots may differ after a change; both undefined or equal definitions are no change. */
export function isSeenByEvaluation<K extends ResourceKind>(
  kind: K,
  before: Definitions[K] | undefined,
  after: Definitions[K] | undefined,
): boolean {
  if (!typeOfKind(kind).isEvaluated) return false;
  if (!before || !after) return before !== after;
  const [one, other]: readonly Readonly<Record<string, unknown>>[] = [{ ...before }, { ...after }];
  return fieldsOf(kind).some(
    ([property, { isUnseen }]) => !isUnseen && canonicalJson([one?.[property]]) !== canonicalJson([other?.[property]]),
  );
}
