import type { BucketingProgram } from '../model/index.js';
import { BUCKET_COUNT } from './native-bucket.js';

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
