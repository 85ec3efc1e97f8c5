// Bound once: a property of a global costs a look-up for each call where globals are intercepted, as in vm contexts.
const { imul } = Math;

/**
 * MurmurHash3 x64_128 (Austin Appleby, public domain) of `bytes[0..length)` with a 32-bit seed. Writes the two 64-bit
 * halves, most significant word first, to `out[0..4)`. 64-bit arithmetic is done on pairs of 32-bit words: no BigInt.
 */
export function murmur3x64Of(bytes: Uint8Array, length: number, seed: number, out: Uint32Array): void {
  firstHigh = 0;
  firstLow = seed | 0;
  secondHigh = 0;
  secondLow = seed | 0;
  const blocksEnd = length & ~15;
  for (let index = 0; index < blocksEnd; index += 16) {
    mixFirst(wordAt(bytes, index + 4, length), wordAt(bytes, index, length));
    rotate(firstHigh, firstLow, 27);
    add(high, low, secondHigh, secondLow);
    multiply(high, low, 0, 5);
    add(high, low, 0, 0x52dce729);
    firstHigh = high;
    firstLow = low;
    mixSecond(wordAt(bytes, index + 12, length), wordAt(bytes, index + 8, length));
    rotate(secondHigh, secondLow, 31);
    add(high, low, firstHigh, firstLow);
    multiply(high, low, 0, 5);
    add(high, low, 0, 0x38495ab5);
    secondHigh = high;
    secondLow = low;
  }
  mixSecond(wordAt(bytes, blocksEnd + 12, length), wordAt(bytes, blocksEnd + 8, length));
  mixFirst(wordAt(bytes, blocksEnd + 4, length), wordAt(bytes, blocksEnd, length));
  finish(length, out);
}

// Registers of the computation and of the last 64-bit result: module variables, so that hashing allocates nothing.
let firstHigh = 0;
let firstLow = 0;
let secondHigh = 0;
let secondLow = 0;
let high = 0;
let low = 0;

function mixFirst(wordHigh: number, wordLow: number): void {
  multiply(wordHigh, wordLow, 0x87c37b91, 0x114253d5);
  rotate(high, low, 31);
  multiply(high, low, 0x4cf5ad43, 0x2745937f);
  firstHigh ^= high;
  firstLow ^= low;
}

function mixSecond(wordHigh: number, wordLow: number): void {
  multiply(wordHigh, wordLow, 0x4cf5ad43, 0x2745937f);
  rotate(high, low, 33);
  multiply(high, low, 0x87c37b91, 0x114253d5);
  secondHigh ^= high;
  secondLow ^= low;
}

function finish(length: number, out: Uint32Array): void {
  firstLow ^= length;
  secondLow ^= length;
  addHalves();
  avalanche(firstHigh, firstLow);
  firstHigh = high;
  firstLow = low;
  avalanche(secondHigh, secondLow);
  secondHigh = high;
  secondLow = low;
  addHalves();
  out[0] = firstHigh;
  out[1] = firstLow;
  out[2] = secondHigh;
  out[3] = secondLow;
}

function addHalves(): void {
  add(firstHigh, firstLow, secondHigh, secondLow);
  firstHigh = high;
  firstLow = low;
  add(secondHigh, secondLow, firstHigh, firstLow);
  secondHigh = high;
  secondLow = low;
}

/** Shifting right by 33 leaves nothing in the high word, so only the low word changes. */
function avalanche(wordHigh: number, wordLow: number): void {
  multiply(wordHigh, wordLow ^ (wordHigh >>> 1), 0xff51afd7, 0xed558ccd);
  multiply(high, low ^ (high >>> 1), 0xc4ceb9fe, 0x1a85ec53);
  low ^= high >>> 1;
}

function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  high = (multiplyHigh(aLow, bLow) + imul(aHigh, bLow) + imul(aLow, bHigh)) | 0;
  low = imul(aLow, bLow);
}

/** High word of the unsigned product of two words, by 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aTop = a >>> 16;
  const aBottom = a & 0xffff;
  const bTop = b >>> 16;
  const bBottom = b & 0xffff;
  const middle = aTop * bBottom + ((aBottom * bBottom) >>> 16);
  const carry = aBottom * bTop + (middle & 0xffff);
  return aTop * bTop + (middle >>> 16) + (carry >>> 16);
}

function add(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const sum = (aLow >>> 0) + (bLow >>> 0);
  high = (aHigh + bHigh + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  low = sum | 0;
}

/** Rotates left by 27, 31 or 33 bits. */
function rotate(wordHigh: number, wordLow: number, by: 27 | 31 | 33): void {
  const top = by === 33 ? wordLow : wordHigh;
  const bottom = by === 33 ? wordHigh : wordLow;
  const bits = by & 31;
  high = (top << bits) | (bottom >>> (32 - bits));
  low = (bottom << bits) | (top >>> (32 - bits));
}

/** Little-endian word; bytes past the end count as zero. */
function wordAt(bytes: Uint8Array, index: number, length: number): number {
  let word = 0;
  for (let offset = 0; offset < 4 && index + offset < length; offset += 1) {
    word |= (bytes[index + offset] ?? 0) << (8 * offset);
  }
  return word;
}
