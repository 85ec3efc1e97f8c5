import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

import { AnalysisError } from './analysis-error.js';
import { guessDelimiter } from './guess-delimiter.js';

/** A row of a query: DuckDB's values as JavaScript values. */
export type TableRow = Readonly<Record<string, unknown>>;

/**
 * A CSV file as the table `input` of a DuckDB in memory. Every column is text, an empty field is NULL, and `rowid`
 * counts the data rows from 0 in the order of the file.
 */
export class CsvTable {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    readonly columns: readonly string[],
    readonly rows: number,
  ) {}

  /** @throws AnalysisError when the file can not be read, is no CSV, or holds no data row. */
  static async open(file: string): Promise<CsvTable> {
    await requireReadableFile(file);
    const delimiter = await guessDelimiter(file);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      await load(connection, file, delimiter);
      const columns = await columnsOf(connection);
      const [counted] = await rowsOf(connection, 'SELECT count(*)::DOUBLE AS n FROM input');
      const rows = Number(counted?.['n']);
      if (rows === 0) throw new AnalysisError('FILE', `"${file}" has a header and no data rows.`);
      return new CsvTable(instance, connection, columns, rows);
    } catch (error) {
      connection.closeSync();
      instance.closeSync();
      throw error;
    }
  }

  /** Runs a query; parameters are named `$name` in the text. */
  async query(sql: string, parameters: Readonly<Record<string, DuckDBValue>> = {}): Promise<readonly TableRow[]> {
    return rowsOf(this.connection, sql, parameters);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** Writes a column's name so that SQL takes it literally. */
export function identifier(column: string): string {
  return `"${column.replaceAll('"', '""')}"`;
}

async function requireReadableFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new AnalysisError('FILE', `There is no file "${file}"; check the path.`);
  if (!found.isFile()) throw new AnalysisError('FILE', `"${file}" is not a file; name one CSV file.`);
  if (found.size === 0) throw new AnalysisError('FILE', `"${file}" is empty; it needs a header line and data rows.`);
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    throw new AnalysisError('FILE', `"${file}" is not readable; check its permissions.`, { cause });
  }
}

async function load(connection: DuckDBConnection, file: string, delimiter: string): Promise<void> {
  try {
    await connection.run(
      `CREATE TABLE input AS SELECT * FROM read_csv($file, header = true, all_varchar = true, skip = 0,
         delim = '${delimiter}', quote = '"', escape = '"', comment = '',
         compression = ${file.toLowerCase().endsWith('.gz') ? "'gzip'" : "'none'"})`,
      // A glob pattern in a path would read other files: brackets make each of its characters literal.
      { file: file.replace(/[*?[]/g, (character) => `[${character}]`) },
    );
  } catch (cause) {
    const reason = cause instanceof Error ? firstLines(cause.message) : String(cause);
    throw new AnalysisError('FILE', `"${file}" is not a well-formed CSV file: ${reason}`, { cause });
  }
}

async function columnsOf(connection: DuckDBConnection): Promise<readonly string[]> {
  const reader = await connection.runAndReadAll('SELECT * FROM input LIMIT 0');
  return reader.columnNames();
}

async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  parameters: Readonly<Record<string, DuckDBValue>> = {},
): Promise<readonly TableRow[]> {
  const reader = await connection.runAndReadAll(sql, { ...parameters });
  return reader.getRowObjectsJS();
}

/** DuckDB explains a malformed line in its first lines and lists its own settings after them. */
function firstLines(message: string): string {
  return message
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
