import type { Finding } from '../run-study.js';
import { gridAdjustments, gridMetrics } from './grid.js';
import { gridMethods } from './grid-methods.js';

export const GRID_CHAPTER = 'Every method, metric and adjustment';

/**
 * The grid as a Markdown table: a row is a study, a cell what it found for one method, and a combination that does not
 * exist says why.
 *
 * @param findings of the studies of the grid.
 */
export function matrix(findings: readonly Finding[]): readonly string[] {
  const rows = gridMetrics.flatMap(({ metric, cells }) =>
    gridAdjustments.map((adjustment) => {
      const cell = cells[adjustment];
      const found = findings.filter(({ study }) => study.metric === metric && study.adjustment === adjustment);
      const columns = gridMethods.map(({ name }) =>
        typeof cell === 'string' ? `none: ${cell}` : summaryOf(found.filter(({ measure }) => measure.method === name)),
      );
      return `| ${[metric, adjustment, ...columns].join(' | ')} |`;
    }),
  );
  const titles = ['metric', 'adjustment', ...gridMethods.map(({ name }) => name)];
  return [
    '## Matrix',
    '',
    'A row is a study, a cell one method of it: simulated false positives / coverage under an effect, nominal 0.05 and',
    `0.95, and the verdict on both. The limits stand under "${GRID_CHAPTER}". "none" gives the reason why a`,
    'combination does not exist. The other chapters hold further settings: small samples, arms with few events, relative',
    'effects, other spending functions, early and late ends, data outside the domain of a method.',
    '',
    `| ${titles.join(' | ')} |`,
    `| ${titles.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
  ];
}

function summaryOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'not run';
  const verdicts = new Set(findings.map(({ verdict }) => verdict));
  const shares = findings.map(({ share }) => share.toFixed(4)).join(' / ');
  return `${shares} ${verdicts.has('fails') ? 'fails' : [...verdicts].join(', ')}`;
}
