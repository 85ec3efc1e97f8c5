// Bound once: see packed-ids.ts.
const { floor } = Math;

/** Reads `count` bits, 0 to 32, from bit `at`, most significant first. Needs one spare word behind the last bit. */
export function readBits(words: Uint32Array, at: number, count: number): number {
  if (count === 0) return 0;
  const index = floor(at / 32);
  const offset = at % 32;
  const first = (words[index] ?? 0) << offset;
  const joined = offset === 0 ? first : first | ((words[index + 1] ?? 0) >>> (32 - offset));
  return joined >>> (32 - count);
}

/** Writes the low `count` bits, 0 to 32, of `value` at bit `at`, where only zeros were written before. */
export function writeBits(words: Uint32Array, at: number, count: number, value: number): void {
  if (count === 0) return;
  const index = floor(at / 32);
  const offset = at % 32;
  const aligned = value << (32 - count);
  words[index] = (words[index] ?? 0) | (aligned >>> offset);
  if (offset + count > 32) words[index + 1] = (words[index + 1] ?? 0) | (aligned << (32 - offset));
}
