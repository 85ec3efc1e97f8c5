import { localSettings, STATEMENT_SETTINGS } from './app-role.js';
import type { TenantCall } from './tenant-database.js';

/**
 * A statement that takes the application's role, makes calls and returns their results in one row, in columns named by
 * their numbers, beside the column `role`: under which role the calls were made.
 */
export function callStatement(calls: readonly TenantCall[]): {
  readonly statement: string;
  readonly parameters: readonly unknown[];
} {
  const parameters: unknown[] = [];
  const place = (value: unknown): string => `$${String(parameters.push(value))}`;
  // Each step reads from the one before and is materialized, so that they run once and in this order.
  const steps = calls.flatMap(({ organizationId, name, parameters: own }, index) => [
    `tenant_${String(index)} AS MATERIALIZED (
      SELECT set_config('sortition.organization_id', ${place(organizationId)}, true)
      FROM ${index === 0 ? 'settings' : `result_${String(index - 1)}`})`,
    `result_${String(index)} AS MATERIALIZED (
      SELECT ${name}(${own.map(place).join(', ')}) AS value FROM tenant_${String(index)})`,
  ]);
  const results = calls.map((_, index) => `(SELECT value FROM result_${String(index)}) AS "${String(index)}"`);
  return {
    statement: `WITH settings AS MATERIALIZED (SELECT ${localSettings(STATEMENT_SETTINGS)}), ${steps.join(', ')}
      SELECT ${results.join(', ')}, current_user::text AS role`,
    parameters,
  };
}
