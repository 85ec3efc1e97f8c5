import { pad } from './padding.js';

/** MD5 (RFC 1321) of `bytes[0..length)`; writes four big-endian words. For matching other tools' buckets. */
export function md5Of(bytes: Uint8Array, length: number, out: Uint32Array): void {
  const end = pad(bytes, length, false);
  out.set(INITIAL);
  for (let block = 0; block < end; block += 64) compress(bytes, block, out);
  for (let index = 0; index < 4; index += 1) out[index] = swapBytes(out[index] ?? 0);
}

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
/** `floor(2^32 * |sin(i + 1)|)`, as the RFC defines them. */
const CONSTANTS = /* @__PURE__ */ Int32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 0x1_0000_0000);
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

function compress(bytes: Uint8Array, block: number, state: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step += 1) {
    let mixed: number;
    let word: number;
    if (step < 16) {
      mixed = (b & c) | (~b & d);
      word = step;
    } else if (step < 32) {
      mixed = (d & b) | (~d & c);
      word = 5 * step + 1;
    } else if (step < 48) {
      mixed = b ^ c ^ d;
      word = 3 * step + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = 7 * step;
    }
    const sum = (a + mixed + (CONSTANTS[step] ?? 0) + littleEndianWord(bytes, block + (word & 15) * 4)) | 0;
    const by = SHIFTS[(step >>> 4) * 4 + (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << by) | (sum >>> (32 - by)))) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
}

function littleEndianWord(bytes: Uint8Array, index: number): number {
  return (
    (bytes[index] ?? 0) |
    ((bytes[index + 1] ?? 0) << 8) |
    ((bytes[index + 2] ?? 0) << 16) |
    ((bytes[index + 3] ?? 0) << 24)
  );
}

function swapBytes(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
