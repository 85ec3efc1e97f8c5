import { MAX_ID_BYTES, writeIdBytes } from './id-bytes.js';
import type { PackedIds } from './packed-ids.js';

/** Exact membership of up to ten million ids; see docs/lists.md for what an id costs. Immutable. */
export interface IdList {
  /** Distinct ids. */
  readonly size: number;
  /** Bytes that the packed ids take; ids kept as text are not counted, see {@link textCount}. */
  readonly byteLength: number;
  /** Ids that are kept as text, because few have their length or because they are very long. */
  readonly textCount: number;
  /** Whether the id is a member: no false positives, no false negatives. Allocates nothing. */
  has(id: string): boolean;
}

/** @param packed by length in bytes. */
export function idList(
  packed: readonly (PackedIds | undefined)[],
  texts: ReadonlySet<string>,
  distinct: number,
): IdList {
  return {
    size: distinct + texts.size,
    byteLength: packed.reduce((sum, ids) => sum + (ids?.byteLength ?? 0), 0),
    textCount: texts.size,
    has: (id) => {
      if (id.length <= MAX_ID_BYTES) {
        const length = writeIdBytes(id, idBytes);
        const ids = length < 0 ? undefined : packed[length];
        if (ids !== undefined) return ids.has(idBytes);
      }
      return texts.has(id);
    },
  };
}

/** Bytes of the id being looked up: one for the module, so that looking up allocates nothing. */
const idBytes = /* @__PURE__ */ new Uint8Array(MAX_ID_BYTES + 5);
