export { findProgram } from './find-program.js';
export { findNatsServer, startTestNats } from './nats.js';
export type { TestNats, TestNatsNode, TestNatsOptions } from './nats.js';
export { findPooler, startTestPooler } from './pooler.js';
export type { TestPooler, TestPoolerOptions } from './pooler.js';
export { findOldestPostgres, startTestPostgres } from './postgres.js';
export type { TestPostgres, TestPostgresOptions } from './postgres.js';
export { bucketingVectors, evaluationVectors } from './vectors.js';
export type { BucketingCase, BucketingVector, EvaluationCase, EvaluationVector, ExpectedDecision } from './vectors.js';
