import { pad } from './padding.js';

/** SHA-1 (FIPS 180-4) of `bytes[0..length)`; writes five words. For matching other tools' buckets, not for security. */
export function sha1Of(bytes: Uint8Array, length: number, out: Uint32Array): void {
  const end = pad(bytes, length, true);
  out.set(INITIAL);
  for (let block = 0; block < end; block += 64) {
    for (let index = 0; index < 16; index += 1) schedule[index] = bigEndianWord(bytes, block + index * 4);
    for (let index = 16; index < 80; index += 1) {
      const word = at(index - 3) ^ at(index - 8) ^ at(index - 14) ^ at(index - 16);
      schedule[index] = (word << 1) | (word >>> 31);
    }
    compress(out);
  }
}

/** Reads four bytes as one word, first byte most significant. */
export function bigEndianWord(bytes: Uint8Array, index: number): number {
  return (
    ((bytes[index] ?? 0) << 24) |
    ((bytes[index + 1] ?? 0) << 16) |
    ((bytes[index + 2] ?? 0) << 8) |
    (bytes[index + 3] ?? 0)
  );
}

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
const schedule = /* @__PURE__ */ new Int32Array(80);

function at(index: number): number {
  return schedule[index] ?? 0;
}

function compress(state: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < 80; round += 1) {
    let mixed: number;
    if (round < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (round < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (round < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + at(round)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
}
