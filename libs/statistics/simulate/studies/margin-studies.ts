import { absoluteDifference, testEffect } from '@sortition/statistics';
import type { Hypothesis } from '@sortition/statistics';

import { meanPair } from '../arm-pairs.js';
import { normalModel } from '../models/normal.js';
import { falsePositives, STANDARD_REPLICATIONS } from '../study.js';
import type { Study } from '../study.js';

/** Tests with a margin where the true effect lies on it: what they claim is just false. */
export const marginStudies: readonly Study[] = [
  marginStudy('non-inferiority, margin 0.3', { kind: 'non-inferiority', preferred: 'increase', margin: 0.3 }, -0.3),
  marginStudy('non-inferiority, margin 0.3', { kind: 'non-inferiority', preferred: 'decrease', margin: 0.3 }, 0.3),
  marginStudy('equivalence within 0.9', { kind: 'equivalence', lower: -0.9, upper: 0.9 }, 0.9),
  marginStudy('one-sided superiority', { kind: 'superiority', alternative: 'increase' }, 0),
];

function marginStudy(method: string, hypothesis: Hypothesis, shift: number): Study {
  const model = normalModel(10, 5);
  return {
    method,
    metric: model.name,
    adjustment: 'none',
    setting: `500 + 500 units, true effect ${shift}`,
    measures: [falsePositives(0.05)],
    replications: STANDARD_REPLICATIONS,
    replicate(random) {
      const pair = meanPair(model.draw(random, 500, 0), model.draw(random, 500, shift));
      const result = testEffect(absoluteDifference(pair), { hypothesis });
      return [result.estimable ? result.significant : null];
    },
  };
}
