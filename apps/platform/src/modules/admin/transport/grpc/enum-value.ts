import { unknownEnumValue } from '@sortition/declaration';

/** What each of the domain's words is on the wire. */
export type EnumTable<V extends string, Wire extends number = number> = Readonly<Record<V, Wire>>;

/**
 * Reads an enum of the wire.
 *
 * @param unspecified what 0 means; without it 0 is refused like every unknown value.
 * @throws DomainError UNKNOWN_ENUM_VALUE naming the field and the number.
 */
export function enumValue<V extends string>(table: EnumTable<V>, wire: number, field: string, unspecified?: V): V {
  if (wire === 0 && unspecified !== undefined) return unspecified;
  const words = Object.keys(table) as V[];
  const found = words.find((word) => table[word] === wire);
  if (found === undefined)
    throw unknownEnumValue(
      field,
      wire,
      words.map((word) => `${word} (${table[word]})`),
    );
  return found;
}
