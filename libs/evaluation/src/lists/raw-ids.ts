/** Ids of one length as they arrive, before the bytes at each position are known. Grows in chunks, copies nothing. */
export class RawIds {
  readonly #chunks: Uint8Array[] = [];
  readonly #seen: Uint8Array;
  #count = 0;
  #room = 0;
  #last = new Uint8Array(0);

  constructor(readonly length: number) {
    this.#seen = new Uint8Array(length * 256);
  }

  get count(): number {
    return this.#count;
  }

  /** For each position, 256 flags: whether that byte occurs there. */
  get seen(): Uint8Array {
    return this.#seen;
  }

  add(bytes: Uint8Array): void {
    if (this.#room === 0) {
      this.#room = Math.min(MAX_CHUNK_IDS, Math.max(MIN_CHUNK_IDS, this.#count));
      this.#last = new Uint8Array(this.#room * this.length);
      this.#chunks.push(this.#last);
    }
    const from = this.#last.length - this.#room * this.length;
    for (let position = 0; position < this.length; position += 1) {
      const byte = bytes[position] ?? 0;
      this.#last[from + position] = byte;
      this.#seen[position * 256 + byte] = 1;
    }
    this.#room -= 1;
    this.#count += 1;
  }

  /** Each id's place: its chunk and where it begins there. */
  forEach(from: number, to: number, visit: (chunk: Uint8Array, at: number) => void): void {
    let first = 0;
    for (const chunk of this.#chunks) {
      const ids = chunk.length / this.length;
      const end = Math.min(ids, to - first, this.#count - first);
      for (let id = Math.max(0, from - first); id < end; id += 1) visit(chunk, id * this.length);
      first += ids;
    }
  }
}

const MIN_CHUNK_IDS = 64;
const MAX_CHUNK_IDS = 65_536;
