import { Buffer } from 'node:buffer';

import { BinaryReader, WireType } from '@sortition/contracts';

import { UNUSABLE_KEY } from '../../domain/check-properties.js';

const KEY = Buffer.from(UNUSABLE_KEY);

/** A part of a message: the fields that lead on, and the one that is a key. */
interface Part {
  readonly keyField?: number;
  readonly inner: Readonly<Record<number, Part>>;
}

const ENTRY_OF_UNITS: Part = { keyField: 1, inner: {} };
/** google.protobuf.Struct, whose values hold further ones. */
const STRUCT: { inner: Record<number, Part> } = { inner: {} };
const LIST: { inner: Record<number, Part> } = { inner: {} };
const VALUE: Part = { inner: { 5: STRUCT, 6: LIST } };
STRUCT.inner = { 1: { keyField: 1, inner: { 2: VALUE } } };
LIST.inner = { 1: VALUE };

/** Event: tracked, and in it units and properties. */
const EVENT: Part = { inner: { 4: { inner: { 2: ENTRY_OF_UNITS, 4: STRUCT } } } };

/**
 * The field of an encoded event that has a key which an object of JavaScript cannot hold: the decoder would drop it
 * without a word. Undefined when there is none.
 */
export function fieldWithUnusableKey(bytes: Uint8Array): 'tracked.units' | 'tracked.properties' | undefined {
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(KEY)) return undefined;
  const path = pathToKey(bytes, EVENT);
  if (!path) return undefined;
  return path[1] === 2 ? 'tracked.units' : 'tracked.properties';
}

/** Numbers of the fields on the way to the key; undefined when it is not there. */
function pathToKey(bytes: Uint8Array, { keyField, inner }: Part): readonly number[] | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, field);
      continue;
    }
    const content = reader.bytes();
    if (field === keyField && KEY.equals(content)) return [field];
    const part = inner[field];
    const rest = part && pathToKey(content, part);
    if (rest) return [field, ...rest];
  }
  return undefined;
}
