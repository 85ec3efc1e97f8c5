import { comparePair, compareVariants, cuped, regressionAdjust } from '../dist/index.js';
import { covariateMoments, plainMoments } from './metric-data.mjs';

const METRICS = 1000;
const VARIANTS = 10;
const plain = plainMoments(METRICS, VARIANTS);
const single = covariateMoments(METRICS, VARIANTS, 1);
const triple = covariateMoments(METRICS, VARIANTS, 3);

export const title = `Variance reduction for ${METRICS} metrics x ${VARIANTS} variants`;

export const baseline = {
  name: 'compareVariants without covariates',
  run: () => forEachPair(plain, (control, treatment) => compareVariants({ kind: 'mean', control, treatment })),
};

export const tasks = [
  {
    name: 'CUPED, 1 covariate',

    run: () => forEachPair(single, (control, treatment) => comparePair(cuped(control, treatment))),
  },
  {
    name: 'full regression, 1 covariate',

    run: () => forEachPair(single, (control, treatment) => comparePair(regressionAdjust(control, treatment))),
  },
  {
    name: 'full regression, 3 covariates',
    run: () => forEachPair(triple, (control, treatment) => comparePair(regressionAdjust(control, treatment))),
  },
];

function forEachPair(table, compare) {
  let estimable = 0;
  for (const [control, ...treatments] of table) {
    for (const treatment of treatments) {
      if (compare(control, treatment).absolute.estimable) estimable += 1;
    }
  }
  return estimable;
}
