import { describe, expect, it } from '@jest/globals';

import { UsageError } from '../../failure/usage-error.js';
import type { Examination } from '../check.js';
import { flagdDiagnosis, flagdTranslation } from './flagd-translation.js';

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
      finding:
        "flagd's evaluators do not receive 1 of 3 flags: pattern in production (rules.staff: flagd has no regular expressions.)",
    });
  });

  it('counts what it does not name', () => {
    const many = Array.from({ length: 12 }, (_, index) => leftOut(`f${String(index)}`));

    const { finding } = flagdDiagnosis([
      { environment: 'projects/shop/environments/test', translatedCount: 0, leftOut: many },
    ]);

    expect(finding).toMatch(/^flagd's evaluators do not receive 12 of 12 flags: .*, 2 more$/);
  });

  it('is content when nothing is left out, and skipped without a key', async () => {
    expect(flagdDiagnosis([])).toMatchObject({ status: 'good' });
    await expect(flagdTranslation.run(examination)).resolves.toMatchObject({ status: 'skipped' });
  });
});
