export * from './condition.js';
export * from './context.js';
export * from './decision.js';
export * from './flag.js';
export * from './number-type.js';
export * from './snapshot.js';
export * from './split.js';
