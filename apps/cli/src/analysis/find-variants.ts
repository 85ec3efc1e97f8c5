import { suggestion } from '../failure/nearest-names.js';
import { quoted } from '../failure/quoted.js';
import { AnalysisError } from './analysis-error.js';
import type { AnalysisRequest } from './analysis-request.js';
import { identifier } from './reading/csv-table.js';
import type { CsvTable } from './reading/csv-table.js';

/** More values than this in the variant column mean that it is another column. */
const MOST_VARIANTS = 100;

/**
 * Returns the values of the variant column: the control first, then the others by name.
 *
 * @throws AnalysisError when a row has no variant, the control does not occur, or nothing else does.
 */
export async function findVariants(table: CsvTable, request: AnalysisRequest): Promise<readonly string[]> {
  const { variantColumn, control } = request;
  await requireFilled(table, '--variant', variantColumn);

  const column = identifier(variantColumn);
  const found = await table.query(
    `SELECT DISTINCT ${column} AS variant FROM input ORDER BY variant LIMIT ${MOST_VARIANTS + 1}`,
  );
  const variants = found.map(({ variant }) => String(variant));
  if (variants.length > MOST_VARIANTS) {
    throw new AnalysisError(
      '--variant',
      `--variant: column ${quoted(variantColumn)} has more than ${MOST_VARIANTS} different values; name the column that holds the variant.`,
    );
  }
  if (!variants.includes(control)) {
    throw new AnalysisError(
      '--control',
      `--control: no row of column ${quoted(variantColumn)} has the value ${quoted(control)}; ${suggestion(control, variants)}`,
    );
  }
  if (variants.length === 1) {
    throw new AnalysisError(
      '--variant',
      `--variant: column ${quoted(variantColumn)} holds only ${quoted(control)}; a comparison needs a second variant.`,
    );
  }
  return [control, ...variants.filter((variant) => variant !== control)];
}

/**
 * Makes sure that every row names its unit and that no unit is in two variants.
 *
 * @throws AnalysisError that names the first offending row or unit.
 */
export async function checkUnits(table: CsvTable, unitColumn: string, variantColumn: string): Promise<void> {
  await requireFilled(table, '--unit', unitColumn);

  const [mixed] = await table.query(
    `SELECT first(unit ORDER BY place) AS unit, first(one ORDER BY place) AS one, first(other ORDER BY place) AS other,
            count(*)::DOUBLE AS units
     FROM (SELECT ${identifier(unitColumn)} AS unit, min(${identifier(variantColumn)}) AS one,
                  max(${identifier(variantColumn)}) AS other, min(rowid) AS place
           FROM input GROUP BY 1 HAVING one <> other)`,
  );
  const units = Number(mixed?.['units']);
  if (units > 0) {
    const more = units > 1 ? `, and ${units - 1} more` : '';
    throw new AnalysisError(
      '--unit',
      `--unit: ${quoted(String(mixed?.['unit']))} is in two variants, ${quoted(String(mixed?.['one']))} and ${quoted(String(mixed?.['other']))}${more}; remove such units or repair the assignment.`,
    );
  }
}

async function requireFilled(table: CsvTable, option: string, column: string): Promise<void> {
  const [empty] = await table.query(
    `SELECT min(rowid)::DOUBLE AS place FROM input WHERE ${identifier(column)} IS NULL`,
  );
  const place = empty?.['place'];
  if (typeof place === 'number') {
    throw new AnalysisError(
      option,
      `${option}: row ${place + 1} after the header has no value in column ${quoted(column)}.`,
    );
  }
}
