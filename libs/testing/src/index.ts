export { findNatsServer, startTestNats } from './nats.js';
export type { TestNats, TestNatsNode, TestNatsOptions } from './nats.js';
export { startTestPostgres } from './postgres.js';
export type { TestPostgres } from './postgres.js';
export { bucketingVectors, evaluationVectors } from './vectors.js';
export type { BucketingCase, BucketingVector, EvaluationCase, EvaluationVector, ExpectedDecision } from './vectors.js';
