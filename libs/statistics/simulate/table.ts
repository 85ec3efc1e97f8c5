import type { Finding } from './run-study.js';
import type { Criterion } from './study.js';

/** What the document says before its tables. */
export function introduction(): readonly string[] {
  return [
    '# Simulated error rates and coverage',
    '',
    'Written by `npm run simulate -w libs/statistics`; the seeds are fixed, so that the table is drawn again exactly.',
    'Each row draws experiments whose truth is known, runs the public functions of the package on their sufficient',
    'statistics and counts. The limits are Clopper-Pearson limits of the simulated share with confidence 99.9 %.',
    '',
    '- **nominal** alone: holds when nominal lies within the limits.',
    '- **at most**, **at least**: the guarantee is one-sided; holds unless the limits lie wholly on the wrong side.',
    '- **about**: holds when the simulation is within one percentage point, as of the power that the planner states.',
    '- **near**: holds when the simulation is within one percentage point, or nominal lies within the limits.',
    '- **limit**: outside the domain where the method is claimed to hold, shown so that nobody relies on it.',
    '- **wrong**: a practice known to be wrong, for contrast.',
    '',
    'A false discovery rate is the share of experiments in which a rejection, drawn at random from those made, is false;',
    'an experiment without rejections counts as right. Its expectation is the rate.',
    '',
    'A short run of the same studies with other seeds is part of the tests (`simulate/simulation.spec.ts`).',
    '',
  ];
}

/** The findings of one part as a Markdown table. */
export function chapterTable(title: string, findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ study, measure, replications, share, limits, verdict }) =>
      `| ${[
        measure.method ?? study.method,
        study.metric,
        study.adjustment,
        study.setting,
        measure.name,
        `${CLAIM[measure.criterion]}${digits(measure.nominal)}`,
        digits(share),
        `${digits(limits[0])} to ${digits(limits[1])}`,
        String(replications),
        verdict,
      ].join(' | ')} |`,
  );
  return [`## ${title}`, '', HEADER, RULE, ...rows, ''].join('\n');
}

const COLUMNS = [
  'method',
  'metric',
  'adjustment',
  'setting',
  'measure',
  'nominal',
  'simulated',
  '99.9 % limits',
  'experiments',
  'verdict',
];
const HEADER = `| ${COLUMNS.join(' | ')} |`;
const RULE = `| ${COLUMNS.map((_, index) => (index < 5 ? '---' : '---:')).join(' | ')} |`;

const CLAIM: Record<Criterion, string> = {
  equal: '',
  'at-most': 'at most ',
  'at-least': 'at least ',
  'one-point': 'about ',
  near: 'near ',
  limit: 'limit: ',
  contrast: 'wrong: ',
};

function digits(share: number): string {
  return share.toFixed(share < 0.01 ? 5 : 4);
}
