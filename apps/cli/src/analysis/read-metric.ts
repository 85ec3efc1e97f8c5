import { quoted } from '../failure/quoted.js';
import { AnalysisError } from './analysis-error.js';
import type { AnalysisRequest } from './analysis-request.js';
import { identifier } from './reading/csv-table.js';
import type { CsvTable } from './reading/csv-table.js';

/** A metric column that was checked. */
export interface MetricColumn {
  readonly column: string;
  readonly kind: 'conversion' | 'average';
  /** SQL expression of one row's number; never NULL. */
  readonly number: string;
}

/** A decimal number as people and programs write it; DuckDB's own cast would also take `1_000` and `nan`. */
const NUMBER = String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`;

/**
 * Finds out what a column holds: only 0, 1, true and false is a conversion, other numbers are an average.
 *
 * @throws AnalysisError that names the first row without a number.
 */
export async function readMetric(
  table: CsvTable,
  column: string,
  missing: AnalysisRequest['missing'],
): Promise<MetricColumn> {
  const text = `lower(trim(${identifier(column)}))`;
  const number = `CASE ${text} WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 ELSE TRY_CAST(${text} AS DOUBLE) END`;
  const isNumber = `(regexp_full_match(${text}, '${NUMBER}') AND coalesce(isfinite(TRY_CAST(${text} AS DOUBLE)), false))`;
  const isBoolean = `${text} IN ('true', 'false')`;
  const [seen] = await table.query(
    `SELECT min(rowid) FILTER (${text} IS NULL OR ${text} = '')::DOUBLE AS empty,
            min(rowid) FILTER (${text} <> '' AND NOT ${isNumber} AND NOT ${isBoolean})::DOUBLE AS wrong,
            min(rowid) FILTER (${isBoolean})::DOUBLE AS boolean,
            count(*) FILTER (${isNumber} OR ${isBoolean})::DOUBLE AS filled,
            coalesce(bool_and(${number} IN (0, 1)), false) AS conversion
     FROM input`,
  );
  const conversion = seen?.['conversion'] === true;
  const wrong = seen?.['wrong'] ?? (conversion ? null : seen?.['boolean']);
  if (typeof wrong === 'number') throw await notANumber(table, column, wrong);
  if (seen?.['filled'] === 0)
    throw new AnalysisError('--metric', `--metric: column ${quoted(column)} is empty in every row.`);
  if (typeof seen?.['empty'] === 'number' && missing === 'error') {
    throw new AnalysisError(
      '--metric',
      `--metric: row ${seen['empty'] + 1} after the header has no value in column ${quoted(column)}; fill it, or count empty fields as 0 with --missing zero.`,
    );
  }
  return { column, kind: conversion ? 'conversion' : 'average', number: `coalesce(${number}, 0.0)` };
}

async function notANumber(table: CsvTable, column: string, place: number): Promise<AnalysisError> {
  const [row] = await table.query(`SELECT ${identifier(column)} AS value FROM input WHERE rowid = $place`, { place });
  return new AnalysisError(
    '--metric',
    `--metric: row ${place + 1} after the header has ${quoted(String(row?.['value']))} in column ${quoted(column)}; a metric needs numbers, or only true and false.`,
  );
}
