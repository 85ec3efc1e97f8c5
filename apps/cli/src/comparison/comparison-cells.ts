import { METRIC_FORMS, type MetricKind } from '@sortition/declaration';

import {
  formatChange,
  formatCount,
  formatDifference,
  formatNumber,
  formatPercent,
  formatPoints,
  formatPValue,
  formatP,
} from '../output/format-number.js';
import type { ComparedRow, Interval } from './compared-row.js';

/** A row as a person reads it, in a terminal and on a page; `-` stands for what could not be computed. */
export interface ComparisonCells {
  readonly units: string;
  readonly mean: string;
  readonly difference: string;
  readonly interval: string;
  readonly relative: string;
  readonly relativeInterval: string;
  readonly pValue: string;
  /** The interval of the difference that holds at every look, and its p-value. */
  readonly alwaysValid: string;
}

/** Writes the numbers of a row: shares of units in percent, their differences in percentage points. */
export function comparisonCells(row: ComparedRow, kind: MetricKind): ComparisonCells {
  const isShare = METRIC_FORMS[kind].format === 'share';
  const mean = isShare ? formatPercent : formatNumber;
  const difference = isShare ? formatPoints : formatDifference;
  return {
    units: formatCount(row.units),
    mean: row.mean === null ? '-' : mean(row.mean),
    difference: row.difference === null ? '-' : `${difference(row.difference)}${isShare ? ' pp' : ''}`,
    interval: intervalOf(row.interval, difference, isShare ? ' pp' : ''),
    relative: row.relativeDifference === null ? '-' : formatChange(row.relativeDifference),
    relativeInterval: intervalOf(row.relativeInterval, formatChange, ''),
    pValue: row.pValue === null ? '-' : `${formatPValue(row.pValue)}${row.isMarked ? ' *' : ''}`,
    alwaysValid:
      row.alwaysValid === null
        ? '-'
        : `${intervalOf(row.alwaysValid, difference, isShare ? ' pp' : '')}, ${formatP(row.alwaysValid.pValue)}`,
  };
}

function intervalOf(interval: Interval | null, format: (value: number) => string, unit: string): string {
  return interval === null ? '-' : `[${format(interval.lower)}, ${format(interval.upper)}]${unit}`;
}
