import { sequentialSampleRatio } from '@sortition/statistics';

import { falsePositives } from '../study.js';
import type { Study } from '../study.js';

const LOOKS = 100;

/** The sequential test of the sample ratio at 100 looks; an alarm at any of them counts. */
export const sampleRatioStudies: readonly Study[] = [
  sampleRatioStudy([0.5, 0.5], 0.05, 200),
  sampleRatioStudy([0.9, 0.05, 0.05], 0.05, 200),
  sampleRatioStudy([0.5, 0.5], 0.001, 2000),
];

function sampleRatioStudy(shares: readonly number[], alpha: number, batch: number): Study {
  return {
    method: 'sequential sample ratio test',
    metric: `shares ${shares.join(' / ')}`,
    adjustment: 'none',
    setting: `${LOOKS} looks, every ${batch} units, level ${alpha}`,
    measures: [falsePositives(alpha, 'at-most')],
    replications: { full: 20_000, short: 400 },
    replicate(random) {
      const counts = shares.map(() => 0);
      for (let look = 0; look < LOOKS; look += 1) {
        for (const [arm, count] of random.multinomial(batch, shares).entries())
          counts[arm] = (counts[arm] ?? 0) + count;
        if (sequentialSampleRatio(counts, shares, { alpha, concentration: 100 }).verdict === 'mismatch') return [true];
      }
      return [false];
    },
  };
}
