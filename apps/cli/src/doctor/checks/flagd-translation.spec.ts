import { describe, expect, it } from '@jest/globals';

import { UsageError } from '../../failure/usage-error.js';
import type { Examination } from '../check.js';
import { renderFindings } from '../render-findings.js';
import { type EnvironmentTranslation, flagdDiagnosis, flagdTranslation } from './flagd-translation.js';

const examination: Examination = {
  url: 'http://127.0.0.1:7801',
  health: { isReady: true, status: 'ready', roles: [], database: 'up' },
  metrics: undefined,
  call: () => Promise.reject(new UsageError('No key.')),
};

const leftOut = (flag: string) => ({
  flag,
  reasons: [{ path: 'rules.staff', message: 'flagd has no regular expressions.' }],
});

describe('the check of flagd’s evaluators', () => {
  it('names the flags that are left out, where and why', () => {
    const environment = 'projects/shop/environments/production';

    expect(flagdDiagnosis([{ environment, translatedCount: 2, leftOut: [leftOut('pattern')] }])).toMatchObject({
      status: 'notice',
      finding: "flagd's evaluators do not receive 1 of 3 flags:",
      details: ['pattern in production (rules.staff: flagd has no regular expressions.)'],
    });
  });

  it('names every flag that it counts, of every environment', () => {
    const many = Array.from({ length: 120 }, (_, index) => leftOut(`f${String(index)}`));
    const of = (environment: string): EnvironmentTranslation => ({ environment, translatedCount: 0, leftOut: many });

    const diagnosis = flagdDiagnosis([of('projects/shop/environments/test'), of('projects/shop/environments/live')]);

    const named = diagnosis.details?.map((detail) => detail.slice(0, detail.indexOf(' (')));
    expect(diagnosis.finding).toBe("flagd's evaluators do not receive 240 of 240 flags:");
    expect(named).toEqual(
      ['test', 'live'].flatMap((environment) => many.map(({ flag }) => `${flag} in ${environment}`)),
    );
  });

  it('is shown with a line for every flag, above what to do', () => {
    const many = Array.from({ length: 12 }, (_, index) => leftOut(`f${String(index)}`));
    const diagnosis = flagdDiagnosis([
      { environment: 'projects/shop/environments/test', translatedCount: 0, leftOut: many },
    ]);

    const lines = renderFindings([{ check: 'flagd', ...diagnosis }]).split('\n');

    expect(lines).toHaveLength(1 + 12 + 1);
    expect(lines[12]?.trim()).toMatch(/^f11 in test \(/);
    expect(lines.at(-1)?.trim()).toMatch(/^-> /);
  });

  it('is content when nothing is left out, and skipped without a key', async () => {
    expect(flagdDiagnosis([])).toMatchObject({ status: 'good' });
    await expect(flagdTranslation.run(examination)).resolves.toMatchObject({ status: 'skipped' });
  });
});
