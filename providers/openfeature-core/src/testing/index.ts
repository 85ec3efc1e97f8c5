export { describeEvaluationScenarios } from './evaluation-scenarios.js';
export type { EnterScenario, ProviderState, ScenarioClient } from './evaluation-scenarios.js';
export { scenarioSnapshot } from './scenario-snapshot.js';
