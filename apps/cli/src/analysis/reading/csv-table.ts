import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

import { quotedPath } from '../../failure/quoted.js';
import { AnalysisError } from '../analysis-error.js';
import { inspectFile } from './input-file.js';
import type { InputFile } from './input-file.js';
import { rewriteCsv } from './rewrite-csv.js';

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
    const input = await inspectFile(file);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      await load(connection, input);
      const columns = await columnsOf(connection);
      const [counted] = await rowsOf(connection, 'SELECT count(*)::DOUBLE AS n FROM input');
      const rows = Number(counted?.['n']);
      if (rows === 0) throw new AnalysisError('FILE', `${quotedPath(file)} has a header and no data rows.`);
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

/** DuckDB reads what is plain, fast; what it refuses is read record by record, which takes more and names each fault. */
async function load(connection: DuckDBConnection, input: InputFile): Promise<void> {
  const isPlain = input.encoding === 'utf-8' && !input.hasSeparatorLine;
  if (isPlain && (await isReadByDuckDb(connection, input))) return;
  const directory = await mkdtemp(join(tmpdir(), 'sortition-analyze-rewritten-'));
  try {
    const path = join(directory, 'input.csv');
    await rewriteCsv(input, path);
    await readWithDuckDb(connection, { ...PLAIN, path }).catch((cause: unknown) => {
      throw new AnalysisError('FILE', `${quotedPath(input.path)} can not be read: ${firstLine(cause)}`, { cause });
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const PLAIN = { isCompressed: false, delimiter: ',' } as const;

async function isReadByDuckDb(connection: DuckDBConnection, input: InputFile): Promise<boolean> {
  try {
    await readWithDuckDb(connection, input);
    return true;
  } catch {
    return false;
  }
}

async function readWithDuckDb(
  connection: DuckDBConnection,
  { path, isCompressed, delimiter }: Pick<InputFile, 'path' | 'isCompressed' | 'delimiter'>,
): Promise<void> {
  await connection.run(
    `CREATE TABLE input AS SELECT * FROM read_csv($path, header = true, all_varchar = true, skip = 0,
       delim = '${delimiter.replaceAll("'", "''")}', quote = '"', escape = '"', comment = '',
       compression = '${isCompressed ? 'gzip' : 'none'}')`,
    // A glob pattern in a path would read other files: brackets make each of its characters literal.
    { path: path.replace(/[*?[]/g, (character) => `[${character}]`) },
  );
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

/** DuckDB explains a failure in its first line and lists its own settings after it. */
function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return (message.split('\n')[0] ?? '').slice(0, 300);
}
