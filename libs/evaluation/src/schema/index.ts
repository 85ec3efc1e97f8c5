export { schemaViolations } from './check-variants.js';
export { schemaChangeViolations } from './compare-schemas.js';
