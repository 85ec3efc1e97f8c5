import type { Finding } from './examine.js';

const MARK = { good: 'ok     ', notice: 'notice ', trouble: 'TROUBLE', skipped: 'skipped' } as const;

/** One line a check, and under it what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .flatMap(({ check, status, finding, next }) => [
      `${MARK[status]}  ${check.padEnd(width)}  ${finding}`,
      ...(next === undefined ? [] : [`${' '.repeat(MARK[status].length + width + 4)}-> ${next}`]),
    ])
    .join('\n');
}
