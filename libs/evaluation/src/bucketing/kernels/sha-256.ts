import { pad } from './padding.js';
import { bigEndianWord } from './sha-1.js';

/** SHA-256 (FIPS 180-4) of `bytes[0..length)`; writes eight words. For matching other tools' buckets. */
export function sha256Of(bytes: Uint8Array, length: number, out: Uint32Array): void {
  const end = pad(bytes, length, true);
  out.set(INITIAL);
  for (let block = 0; block < end; block += 64) {
    for (let index = 0; index < 16; index += 1) schedule[index] = bigEndianWord(bytes, block + index * 4);
    for (let index = 16; index < 64; index += 1) {
      const near = at(index - 15);
      const far = at(index - 2);
      const small = rotate(near, 7) ^ rotate(near, 18) ^ (near >>> 3);
      const large = rotate(far, 17) ^ rotate(far, 19) ^ (far >>> 10);
      schedule[index] = at(index - 16) + small + at(index - 7) + large;
    }
    compress(out);
  }
}

const FIRST_PRIMES = /* @__PURE__ */ primes(64);
/** Fractional parts of the cube and square roots of the first primes, as the standard defines them. */
const CONSTANTS = /* @__PURE__ */ Int32Array.from(FIRST_PRIMES, (prime) => fraction(Math.cbrt(prime)));
const INITIAL = /* @__PURE__ */ FIRST_PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const schedule = /* @__PURE__ */ new Int32Array(64);

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) | 0;
}

function at(index: number): number {
  return schedule[index] ?? 0;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function compress(state: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round += 1) {
    const choice = (e & f) ^ (~e & g);
    const first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (CONSTANTS[round] ?? 0) + at(round);
    const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let index = 0; index < 8; index += 1) state[index] = (state[index] ?? 0) + (sums[index] ?? 0);
}
