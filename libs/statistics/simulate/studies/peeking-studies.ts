import { absoluteDifference, mean, mergeJointMoments, pairArms, testEffect } from '@sortition/statistics';

import { firstColumn } from '../models/metric-model.js';
import { normalModel } from '../models/normal.js';
import { falsePositives } from '../study.js';
import type { Study } from '../study.js';

/** What happens when a fixed test is looked at again and again: for contrast. */
export const peekingStudies: readonly Study[] = [2, 5, 10, 20].map(peekingStudy);

function peekingStudy(looks: number): Study {
  const model = normalModel(10, 5);
  return {
    method: 'naive peeking: z at every look',
    metric: model.name,
    adjustment: 'none',
    setting: `${looks} looks, 200 units an arm each`,
    measures: [falsePositives(0.05, 'contrast')],
    replications: { full: 20_000, short: 400 },
    replicate(random) {
      let arms = [model.draw(random, 200, 0), model.draw(random, 200, 0)] as const;
      for (let look = 1; ; look += 1) {
        const pair = pairArms(mean(firstColumn(arms[0])), mean(firstColumn(arms[1])));
        const result = testEffect(absoluteDifference(pair), { reference: 'z' });
        if (result.estimable && result.significant) return [true];
        if (look === looks) return [false];
        const next = [model.draw(random, 200, 0), model.draw(random, 200, 0)] as const;
        arms = [mergeJointMoments(arms[0], next[0]), mergeJointMoments(arms[1], next[1])];
      }
    },
  };
}
