import type { Reduce } from '../model/index.js';

// Bound once, as in murmur3-x86-32.ts.
const { floor } = Math;

/** Digest words, most significant first. */
export type Words = Uint32Array;

const TWO_32 = 0x1_0000_0000;
/** Up to here `h * total` is exact in floating point. */
const EXACT_TOTAL = 2 ** 21;

/** Reduction of a whole 32-bit hash; undefined when the reduction takes fewer bits. */
export function reduceHash32(reduce: Reduce): ((hash: number) => number) | undefined {
  switch (reduce.kind) {
    case 'scale':
      return scale(reduce.total);
    case 'signed-fraction':
      return (hash) => (Math.abs(hash | 0) / 0x7fff_ffff) * reduce.total;
    case 'modulo': {
      if ((reduce.bits ?? 32) !== 32) return undefined;
      const { total, offset = 0 } = reduce;
      const finish = rescale(reduce);
      return finish === undefined ? (hash) => (hash % total) + offset : (hash) => finish((hash % total) + offset);
    }
    case 'fraction':
      return (reduce.bits ?? 32) === 32 ? (hash) => hash / 0xffff_ffff : undefined;
  }
}

/** Reduction of a digest of `width` bits. */
export function reduceWords(reduce: Reduce, width: number): (words: Words) => number {
  if (reduce.kind === 'scale' || reduce.kind === 'signed-fraction') {
    const ofHash = reduceHash32(reduce) ?? ((hash: number) => hash);
    return (words) => ofHash(words[0] ?? 0);
  }
  const bits = Math.min(reduce.bits ?? Math.min(width, 128), width);
  if (reduce.kind === 'fraction') {
    const largest = 2 ** bits - 1;
    return (words) => leadingBits(words, bits) / largest;
  }
  const { total, offset = 0 } = reduce;
  const finish = rescale(reduce) ?? ((number: number) => number);
  return (words) => finish(moduloOf(words, bits, total) + offset);
}

/** Remainder of the leading `bits` bits by `total`; exact for totals up to 2^26, with no big integers. */
export function moduloOf(words: Words, bits: number, total: number): number {
  const step = TWO_32 % total;
  const whole = bits >>> 5;
  let remainder = 0;
  for (let index = 0; index < whole; index += 1) remainder = (remainder * step + ((words[index] ?? 0) % total)) % total;
  const rest = bits & 31;
  if (rest === 0) return remainder;
  const top = (words[whole] ?? 0) >>> (32 - rest);
  return (remainder * (2 ** rest % total) + (top % total)) % total;
}

/** The leading bits, at most 64, as the nearest double, as parsing them from hexadecimal gives. */
function leadingBits(words: Words, bits: number): number {
  const first = words[0] ?? 0;
  if (bits <= 32) return bits === 32 ? first : first >>> (32 - bits);
  const rest = bits - 32;
  const second = words[1] ?? 0;
  return first * 2 ** rest + (rest === 32 ? second : second >>> (32 - rest));
}

function scale(total: number): (hash: number) => number {
  if (total <= EXACT_TOTAL) return (hash) => floor((hash * total) / TWO_32);
  return (hash) => {
    const low = (hash & 0xffff) * total;
    const high = (hash >>> 16) * total;
    return floor((high + floor(low / 0x1_0000)) / 0x1_0000);
  };
}

function rescale(reduce: Extract<Reduce, { kind: 'modulo' }>): ((value: number) => number) | undefined {
  const { divisor, multiplier } = reduce;
  if (divisor === undefined && multiplier === undefined) return undefined;
  return (value) => (value / (divisor ?? 1)) * (multiplier ?? 1);
}
