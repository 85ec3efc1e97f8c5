export { checkTargetingOperator } from './check-targeting-operator.js';
export type { ConformanceCheck } from './check-targeting-operator.js';
