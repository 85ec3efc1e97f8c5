import { UsageError } from '../../failure/usage-error.js';
import { formatCount } from '../../output/format-number.js';
import type { Check, Diagnosis } from '../check.js';

/** What flagd's evaluators receive of one environment. */
export interface EnvironmentTranslation {
  /** Resource name. */
  readonly environment: string;
  readonly translatedCount: number;
  readonly leftOut: readonly {
    readonly flag: string;
    readonly reasons: readonly { readonly path: string; readonly message: string }[];
  }[];
}

/** Whether flagd's evaluators get every flag. */
export const flagdTranslation: Check = {
  name: 'flagd evaluators',
  run: async (examination) => {
    if (!examination.health) return { status: 'skipped', finding: 'needs the platform, which does not answer' };
    try {
      return flagdDiagnosis(
        await examination.call(async (client, { project }) => {
          const environments = await client.environmentNames(project);
          return Promise.all(
            environments.map(async (environment) => ({
              environment,
              ...(await client.getFlagdTranslation(environment)),
            })),
          );
        }),
      );
    } catch (error) {
      if (error instanceof UsageError) return { status: 'skipped', finding: 'needs an API key of kind admin (--key)' };
      throw error;
    }
  },
};

/** What the translations of a project's environments say. */
export function flagdDiagnosis(environments: readonly EnvironmentTranslation[]): Diagnosis {
  const left = environments.flatMap(({ environment, leftOut }) =>
    leftOut.map(({ flag, reasons }) => ({ environment: lastPart(environment), flag, reasons })),
  );
  const translated = environments.reduce((sum, { translatedCount }) => sum + translatedCount, 0);
  const total = formatCount(translated + left.length);
  if (left.length === 0) return { status: 'good', finding: `flagd's evaluators receive all ${total} flags` };
  return {
    status: 'notice',
    finding: `flagd's evaluators do not receive ${formatCount(left.length)} of ${total} flags:`,
    details: left.map(({ environment, flag, reasons }) => {
      const because = reasons.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' ');
      return `${flag} in ${environment} (${because})`;
    }),
    next: 'Only in-process evaluators of flagd miss them: evaluate these flags remotely, or change what is named.',
  };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
