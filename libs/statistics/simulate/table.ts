import type { Finding } from './run-study.js';
import type { Criterion } from './study.js';

/** The findings of one part as a Markdown table. */
export function chapterTable(title: string, findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ study, measure, replications, share, limits, verdict }) =>
      `| ${[
        study.method,
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
  'one-point': 'planned ',
  limit: 'limit: ',
  contrast: 'wrong: ',
};

function digits(share: number): string {
  return share.toFixed(share < 0.01 ? 5 : 4);
}
