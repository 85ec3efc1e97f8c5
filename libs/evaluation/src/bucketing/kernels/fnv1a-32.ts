// Bound once: a property of a global costs a look-up for each call where globals are intercepted, as in vm contexts.
const { imul } = Math;

/** FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv) of `bytes[0..length)`, in [0, 2^32). */
export function fnv1aOfBytes(bytes: Uint8Array, length: number): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < length; index += 1) hash = imul(hash ^ (bytes[index] ?? 0), PRIME);
  return hash >>> 0;
}

/** The variant of the GrowthBook SDK for JavaScript: whole UTF-16 code units take the place of bytes. */
export function fnv1aOfUnits(text: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) hash = imul(hash ^ text.charCodeAt(index), PRIME);
  return hash >>> 0;
}

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
