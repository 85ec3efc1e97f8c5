export { compileSplit } from './compile-split.js';
export type { CompiledSplit, SplitExplanation, StageExplanation } from './compile-split.js';
export { BUCKET_COUNT, bucketOf, SALT_SEPARATOR } from './native-bucket.js';
export { CBOR_PROGRAM, isCborProgram } from './native-program.js';
export { NO_ALLOCATION, UNIT_MISSING } from './number-ranges.js';
export { unitOf } from './unit-of.js';
export { splitProblems } from './split-problems.js';
