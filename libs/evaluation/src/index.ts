export * from './model/index.js';
export {
  BUCKET_COUNT,
  bucketOf,
  CBOR_PROGRAM,
  compileSplit,
  isCborProgram,
  splitProblems,
  unitOf,
} from './bucketing/index.js';
export type { CompiledSplit, SplitExplanation, StageExplanation } from './bucketing/index.js';
export * from './layers/index.js';
export { IdListBuilder, idListOf } from './lists/index.js';
export type { IdList } from './lists/index.js';
export { compileSnapshot, compileSnapshotInSteps, validateSnapshot } from './compile/compile-snapshot.js';
export type { CompileOptions } from './compile/compile-options.js';
export type { CompiledSnapshot, Decided, EvaluateOptions, FirstStep } from './compile/compiled-snapshot.js';
export type { AttributeOperatorModule, Operator } from './conditions/operator.js';
export type { OperatorFailureListener } from './conditions/operator-registry.js';
export type { StickyKey, StickyRecord } from './sticky/sticky-record.js';
export { changedFlags } from './delta/changed-flags.js';
export { diffSnapshots } from './delta/diff-snapshots.js';
export { diffAssignments } from './diff/diff-assignments.js';
export type { AssignmentChange, AssignmentDiff, DiffAssignmentsOptions } from './diff/diff-assignments.js';
export { explain } from './explain/explain.js';
export type { ExplainOptions } from './explain/explain.js';
export type * from './explain/explanation.js';
export { InMemoryStickyAssignments } from './sticky/in-memory-sticky-assignments.js';
export type { InMemoryStickyOptions } from './sticky/in-memory-sticky-assignments.js';
export type { StickyStore } from './sticky/sticky-store.js';
export { importedPrograms } from './compile/imported-programs.js';
export { dependentsOf, prerequisiteCycle } from './compile/prerequisites.js';
