import { absoluteDifference, testEffect, testProportions } from '@sortition/statistics';
import type { Hypothesis } from '@sortition/statistics';

import { meanPair } from '../arm-pairs.js';
import { proportionModel } from '../models/discrete.js';
import { firstColumn } from '../models/metric-model.js';
import { normalModel } from '../models/normal.js';
import { falsePositives, STANDARD_REPLICATIONS } from '../study.js';
import type { Study } from '../study.js';

/** Tests with a margin where the true effect lies on it: what they claim is just false. */
export const marginStudies: readonly Study[] = [
  marginStudy('non-inferiority, margin 0.3', { kind: 'non-inferiority', preferred: 'increase', margin: 0.3 }, -0.3),
  marginStudy('non-inferiority, margin 0.3', { kind: 'non-inferiority', preferred: 'decrease', margin: 0.3 }, 0.3),
  marginStudy('equivalence within 0.9', { kind: 'equivalence', lower: -0.9, upper: 0.9 }, 0.9),
  marginStudy('one-sided superiority', { kind: 'superiority', alternative: 'increase' }, 0),
  shareStudy([5000, 5000], 0.05, 0.01),
  shareStudy([9000, 1000], 0.05, 0.02),
  shareStudy([9000, 1000], 0.01, 0.005),
];

/** Farrington & Manning's test where the true loss is the margin. */
function shareStudy(units: readonly [number, number], share: number, margin: number): Study {
  const model = proportionModel(share);
  return {
    method: `non-inferiority of shares, margin ${margin}`,
    metric: model.name,
    adjustment: 'none',
    setting: `${units.join(' + ')} units, true effect ${-margin}`,
    measures: [falsePositives(0.05, 'one-point')],
    replications: { full: 20_000, short: 3000 },
    replicate(random) {
      const [control, treatment] = [model.draw(random, units[0], 0), model.draw(random, units[1], -margin)];
      const hypothesis = { kind: 'non-inferiority', preferred: 'increase', margin } as const;
      const { absolute } = testProportions(firstColumn(control), firstColumn(treatment), { hypothesis });
      return [absolute.estimable ? absolute.significant : null];
    },
  };
}

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
