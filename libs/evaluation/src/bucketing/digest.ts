import type { BucketingProgram, HashKernel } from '../model/index.js';
import { crc32OfBytes } from './kernels/crc-32.js';
import { fnv1aOfBytes, fnv1aOfUnits } from './kernels/fnv1a-32.js';
import { md5Of } from './kernels/md5.js';
import { murmur3OfBytes, murmur3OfUnits } from './kernels/murmur3-x86-32.js';
import { murmur3x64Of } from './kernels/murmur3-x64-128.js';
import { sha1Of } from './kernels/sha-1.js';
import { sha256Of } from './kernels/sha-256.js';
import { moduloOf, reduceWords, type Words } from './reduction.js';
import { bytesOf, lengthOfBytes } from './text-bytes.js';

/** Width of each kernel's digest. */
export const DIGEST_BITS = {
  murmur3_x86_32: 32,
  murmur3_x64_128: 128,
  fnv1a_32: 32,
  sha1: 160,
  sha256: 256,
  md5: 128,
  crc32: 32,
} as const satisfies Record<HashKernel, number>;

/** A program's hash and reduction, without the key's making. */
export interface DigestReader {
  /** The number that the program makes of a hash input. */
  numberOf(text: string): number;
  /** What was hashed in the end, and the digest in hexadecimal. */
  explain(text: string): { readonly hashInput: string; readonly hash: string };
}

/** Hashes the text and leaves the digest in {@link words}. */
type TextHash = (text: string) => void;

/** The last digest: one for the module, so that hashing allocates nothing. */
const words: Words = /* @__PURE__ */ new Uint32Array(8);

export function digestReader(program: BucketingProgram): DigestReader {
  const width = DIGEST_BITS[program.hash];
  const hash = textHash(program);
  const settle = program.repeatOnLargest === undefined ? hashOnce(hash) : hashUntilSmaller(program, hash, width);
  const reduce = reduceWords(program.reduce, width);
  return {
    numberOf: (text) => {
      settle(text);
      return reduce(words);
    },
    explain: (text) => {
      const hashInput = settle(text);
      const hex = Array.from(words.subarray(0, width / 32), (word) => word.toString(16).padStart(8, '0'));
      return { hashInput, hash: hex.join('') };
    },
  };
}

function hashOnce(hash: TextHash): (text: string) => string {
  return (text) => {
    hash(text);
    return text;
  };
}

/** The chance that one more repetition is needed is one in the total; the bound only keeps the function total. */
const MAX_REPETITIONS = 64;

function hashUntilSmaller(
  { reduce, repeatOnLargest = '' }: BucketingProgram,
  hash: TextHash,
  width: number,
): (text: string) => string {
  if (reduce.kind !== 'modulo') return hashOnce(hash);
  const { total, bits = width } = reduce;
  return (text) => {
    let repeated = text;
    for (let repetition = 0; repetition < MAX_REPETITIONS; repetition += 1) {
      hash(repeated);
      if (moduloOf(words, bits, total) !== total - 1) break;
      repeated += repeatOnLargest + text;
    }
    return repeated;
  };
}

function textHash(program: BucketingProgram): TextHash {
  const once = kernelOf(program);
  if (program.rounds !== 2) return once;
  return (text) => {
    once(text);
    once(String(words[0]));
  };
}

function kernelOf({ hash, seed = 0, encoding = 'utf8' }: BucketingProgram): TextHash {
  if (encoding === 'utf16-units') {
    const ofUnits = hash === 'fnv1a_32' ? fnv1aOfUnits : (text: string) => murmur3OfUnits(text, seed);
    return (text) => {
      words[0] = ofUnits(text);
    };
  }
  const kernel = BYTE_KERNELS[hash];
  return (text) => {
    kernel(bytesOf(text, encoding), lengthOfBytes(), seed);
  };
}

const BYTE_KERNELS: Record<HashKernel, (bytes: Uint8Array, length: number, seed: number) => void> = {
  murmur3_x86_32: (bytes, length, seed) => {
    words[0] = murmur3OfBytes(bytes, length, seed);
  },
  murmur3_x64_128: (bytes, length, seed) => {
    murmur3x64Of(bytes, length, seed, words);
  },
  fnv1a_32: (bytes, length) => {
    words[0] = fnv1aOfBytes(bytes, length);
  },
  sha1: (bytes, length) => {
    sha1Of(bytes, length, words);
  },
  sha256: (bytes, length) => {
    sha256Of(bytes, length, words);
  },
  md5: (bytes, length) => {
    md5Of(bytes, length, words);
  },
  crc32: (bytes, length) => {
    words[0] = crc32OfBytes(bytes, length);
  },
};
