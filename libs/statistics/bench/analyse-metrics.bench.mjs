import studentCdf from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

import { compareVariants, srm } from '../dist/index.js';
import { plainMoments } from './metric-data.mjs';

const METRICS = 1000;
const VARIANTS = 10;
const data = plainMoments(METRICS, VARIANTS);
const counts = data.map((arms) => arms.map(({ n }) => n));
const weights = Array.from({ length: VARIANTS }, () => 1);

export const title = `Analysing ${METRICS} metrics x ${VARIANTS} variants`;

/** The same numbers from the bare formulas: no checks, no outcomes, no objects. */
export const baseline = {
  name: 'bare formulas: absolute and relative Welch tests',
  run: () => data.reduce((sum, [control, ...treatments]) => sum + compareBare(control, treatments), 0),
};

export const tasks = [
  {
    name: 'compareVariants: absolute and relative, delta method',
    targetMs: 100,
    run: () => compareAll({ relativeMethod: 'delta' }),
  },
  {
    name: 'compareVariants: absolute and relative, Fieller (default)',
    run: () => compareAll({}),
  },
  {
    name: 'srm of each metric over the variants',
    run: () => counts.reduce((sum, arms) => sum + (srm(arms, weights).pValue ?? 0), 0),
  },
];

function compareAll(options) {
  let significant = 0;
  for (const [control, ...treatments] of data) {
    for (const treatment of treatments) {
      const { absolute, relative } = compareVariants({ kind: 'mean', control, treatment }, options);
      if (absolute.significant && relative.significant) significant += 1;
    }
  }
  return significant;
}

function compareBare(control, treatments) {
  let sum = 0;
  const mC = control.sum / control.n;
  const vC = (control.sumOfSquares - control.sum * mC) / (control.n - 1) / control.n;
  for (const { n, sum: total, sumOfSquares } of treatments) {
    const mT = total / n;
    const vT = (sumOfSquares - total * mT) / (n - 1) / n;
    const df = (vC + vT) ** 2 / (vC ** 2 / (control.n - 1) + vT ** 2 / (n - 1));
    const critical = -studentQuantile(0.025, df);
    const errors = [Math.sqrt(vC + vT), Math.sqrt(vT + (mT / mC) ** 2 * vC) / mC];
    const effects = [mT - mC, (mT - mC) / mC];
    for (let scale = 0; scale < 2; scale += 1) {
      sum += 2 * studentCdf(-Math.abs(effects[scale] / errors[scale]), df) + effects[scale] - critical * errors[scale];
    }
  }
  return sum;
}
