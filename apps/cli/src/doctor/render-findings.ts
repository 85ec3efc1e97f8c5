import type { Finding } from './examine.js';

const MARK = { good: 'ok     ', notice: 'notice ', trouble: 'TROUBLE', skipped: 'skipped' } as const;

/** One line a check, and under it its details and what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .flatMap(({ check, status, finding, details = [], next }) => {
      const indent = ' '.repeat(MARK[status].length + width + 4);
      return [
        `${MARK[status]}  ${check.padEnd(width)}  ${finding}`,
        ...details.map((detail) => `${indent}${detail}`),
        ...(next === undefined ? [] : [`${indent}-> ${next}`]),
      ];
    })
    .join('\n');
}
