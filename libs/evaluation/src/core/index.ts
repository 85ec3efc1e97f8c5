export { loadSnapshot } from './load-snapshot.js';
export type { LoadOptions } from './load-snapshot.js';
export type { CompiledSnapshot, Decided, EvaluateOptions, FirstStep } from '../compile/compiled-snapshot.js';
