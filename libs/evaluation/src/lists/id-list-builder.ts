import { writeIdBytes, MAX_ID_BYTES } from './id-bytes.js';
import { idList, type IdList } from './id-list.js';
import { packIds } from './pack-ids.js';
import type { PackedIds } from './packed-ids.js';
import { RawIds } from './raw-ids.js';

/** Fewer ids of one length than this are kept as text: packing would not pay for its tables. */
export const PACKED_FROM = 256;

/**
 * Collects ids and packs them, in steps that the caller spaces out, so that the hot path never waits. While it
 * collects, an id takes as many bytes as its UTF-8.
 */
export class IdListBuilder {
  readonly #byLength: (RawIds | undefined)[] = [];
  readonly #texts = new Set<string>();
  readonly #bytes = new Uint8Array(MAX_ID_BYTES + 5);

  add(id: string): void {
    const length = writeIdBytes(id, this.#bytes);
    if (length <= 0) {
      this.#texts.add(id);
      return;
    }
    const raw = this.#byLength[length] ?? new RawIds(length);
    this.#byLength[length] = raw;
    raw.add(this.#bytes);
  }

  /**
   * Packs everything that was added, in steps of at most `idsPerStep` ids or buckets; yields how many ids a step has
   * gone through, each id twice, and returns the list. The builder is used up.
   */
  *pack(idsPerStep = 10_000): Generator<number, IdList> {
    const packed: (PackedIds | undefined)[] = [];
    const texts = new Set(this.#texts);
    let distinct = 0;
    for (const raw of this.#byLength) {
      if (raw === undefined) continue;
      if (raw.count < PACKED_FROM) {
        raw.forEach(0, raw.count, (chunk, at) => texts.add(textOf(chunk.subarray(at, at + raw.length))));
      } else {
        const result = yield* packIds(raw, idsPerStep);
        packed[raw.length] = result.ids;
        distinct += result.distinct;
      }
      this.#byLength[raw.length] = undefined;
    }
    return idList(packed, texts, distinct);
  }
}

/** Packs ids at once. For lists of millions prefer {@link IdListBuilder}, which can be spread over time. */
export function idListOf(ids: Iterable<string>): IdList {
  const builder = new IdListBuilder();
  for (const id of ids) builder.add(id);
  const steps = builder.pack();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The text that the bytes were written from, lone surrogates included. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index] ?? 0;
    const width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let point = width === 1 ? lead : lead & (0x7f >> width);
    for (let next = 1; next < width; next += 1) point = (point << 6) | ((bytes[index + next] ?? 0) & 0x3f);
    text += String.fromCodePoint(point);
    index += width;
  }
  return text;
}
