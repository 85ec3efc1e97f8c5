import type { BucketingProgram } from '../model/index.js';
import { BUCKET_COUNT } from './native-bucket.js';

/**
 * Native bucketing with the text hashed as CBOR: equal to version 3 of flagd's `fractional`, where the native program
 * equals version 2.
 */
export const CBOR_PROGRAM: BucketingProgram = {
  hash: 'murmur3_x86_32',
  keyTemplate: '{salt}/{unit}',
  seed: 0,
  encoding: 'cbor-text',
  reduce: { kind: 'scale', total: BUCKET_COUNT },
  edge: 'exclusive',
  order: 'given',
  missingUnit: 'error',
  emptyUnit: 'missing',
  coerce: 'integers',
};

/** Whether a program is {@link CBOR_PROGRAM}, with every choice said. */
export function isCborProgram(program: Partial<BucketingProgram> | undefined): boolean {
  if (program?.encoding !== 'cbor-text') return false;
  const names = new Set([...Object.keys(program), ...Object.keys(CBOR_PROGRAM)]) as Set<keyof BucketingProgram>;
  names.delete('reduce');
  const isSameReduction =
    program.reduce?.kind === CBOR_PROGRAM.reduce.kind && program.reduce.total === CBOR_PROGRAM.reduce.total;
  return isSameReduction && [...names].every((name) => program[name] === CBOR_PROGRAM[name]);
}

/** What a split without a program uses. */
export const NATIVE_PROGRAM: BucketingProgram = {
  hash: 'murmur3_x86_32',
  keyTemplate: '{salt}/{unit}',
  seed: 0,
  encoding: 'utf8',
  reduce: { kind: 'scale', total: BUCKET_COUNT },
  edge: 'exclusive',
  order: 'given',
  missingUnit: 'error',
  emptyUnit: 'missing',
  coerce: 'integers',
};
