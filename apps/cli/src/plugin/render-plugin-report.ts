import { counted } from '../output/counted.js';
import type { OperatorReport, PluginReport } from './test-plugin.js';

/** The checks of a plugin for a person, a line each. */
export function renderPluginReport({ name, version, operators, warehouseSchemes }: PluginReport): string {
  const adds = [
    ...(operators.length > 0 ? [counted(operators.length, 'targeting operator')] : []),
    ...(warehouseSchemes.length > 0
      ? [`warehouses of ${warehouseSchemes.map((scheme) => `${scheme}:`).join(', ')}`]
      : []),
  ];
  const heading = `${name} ${version} opens and closes. It adds ${adds.length > 0 ? adds.join(' and ') : 'nothing'}.`;
  return [heading, ...operators.flatMap(operatorLines)].join('\n');
}

function operatorLines({ name, checks, decisionNanos }: OperatorReport): readonly string[] {
  const speed = decisionNanos === undefined ? '' : `, ${Math.round(decisionNanos)} ns a decision`;
  return [
    '',
    `${name}${speed}`,
    ...checks.map(({ rule, problem }) =>
      problem === undefined ? `  ok      ${rule}` : `  FAILED  ${rule}: ${problem}`,
    ),
  ];
}

/** Checks that failed, over all operators. */
export function failedChecks({ operators }: PluginReport): number {
  return operators.flatMap(({ checks }) => checks).filter(({ problem }) => problem !== undefined).length;
}
