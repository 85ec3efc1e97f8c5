export { AssignmentModule } from './assignment.module.js';
export { PostgresStickyUnits } from './infra/postgres-sticky-units.js';
