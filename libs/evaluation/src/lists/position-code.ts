/**
 * A code for ids of one length: at each position only the bytes that occur there are numbered, so a position that is
 * the same in every id costs no bits, a digit costs four, a character of base 64 six. Equal codes, equal ids.
 */
export class PositionCode {
  /** Bits of every code. */
  readonly bits: number;
  /** Memory of the tables. */
  readonly byteLength: number;
  readonly #tables: Int16Array;
  readonly #tableOf: Uint8Array;
  readonly #bitsOf: Uint8Array;

  /** @param seen for each position, 256 flags: whether that byte occurs there. */
  constructor(seen: Uint8Array) {
    const length = seen.length / 256;
    const tables = new Map<string, { readonly index: number; readonly codes: Int16Array; readonly bits: number }>();
    this.#tableOf = new Uint8Array(length);
    this.#bitsOf = new Uint8Array(length);
    for (let position = 0; position < length; position += 1) {
      const flags = seen.subarray(position * 256, position * 256 + 256);
      const key = flags.join('');
      const table = tables.get(key) ?? { index: tables.size, ...numbered(flags) };
      tables.set(key, table);
      this.#tableOf[position] = table.index;
      this.#bitsOf[position] = table.bits;
    }
    this.#tables = new Int16Array(tables.size * 256);
    for (const { index, codes } of tables.values()) this.#tables.set(codes, index * 256);
    this.bits = this.#bitsOf.reduce((sum, bits) => sum + bits, 0);
    this.byteLength = this.#tables.byteLength + this.#tableOf.byteLength + this.#bitsOf.byteLength;
  }

  /** Writes the code of `bytes[from..]` to `words`, most significant bit first; false when no id can have that code. */
  encode(bytes: Uint8Array, from: number, words: Uint32Array): boolean {
    let word = 0;
    let free = 32;
    let index = 0;
    for (let position = 0; position < this.#tableOf.length; position += 1) {
      const row = (this.#tableOf[position] ?? 0) * 256;
      const code = this.#tables[row + (bytes[from + position] ?? 0)] ?? -1;
      if (code < 0) return false;
      const bits = this.#bitsOf[position] ?? 0;
      if (bits < free) {
        free -= bits;
        word |= code << free;
        continue;
      }
      const carried = bits - free;
      words[index] = word | (code >>> carried);
      index += 1;
      free = 32 - carried;
      word = carried === 0 ? 0 : code << free;
    }
    words[index] = word;
    return true;
  }
}

function numbered(flags: Uint8Array): { readonly codes: Int16Array; readonly bits: number } {
  const codes = new Int16Array(256).fill(-1);
  let count = 0;
  flags.forEach((flag, byte) => {
    if (flag === 0) return;
    codes[byte] = count;
    count += 1;
  });
  return { codes, bits: count > 1 ? 32 - Math.clz32(count - 1) : 0 };
}
