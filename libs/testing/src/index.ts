export { startTestPostgres } from './postgres.js';
export type { TestPostgres } from './postgres.js';
