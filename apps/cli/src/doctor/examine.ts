import { describeFailure } from '../failure/describe-failure.js';
import type { Check, Diagnosis, Examination } from './check.js';

/** What one check found. */
export type Finding = Diagnosis & { readonly check: string };

/** Runs every check; one that fails is trouble itself and stops no other. */
export async function examine(checks: readonly Check[], examination: Examination): Promise<readonly Finding[]> {
  return Promise.all(
    checks.map(async (check) => {
      try {
        return { check: check.name, ...(await check.run(examination)) };
      } catch (error) {
        return { check: check.name, status: 'trouble', finding: `could not be checked: ${describeFailure(error)}` };
      }
    }),
  );
}
