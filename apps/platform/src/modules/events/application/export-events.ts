import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';
import { dialectNamed, rawRowsQuery } from '@sortition/metric-sql';
import type { Warehouse } from '@sortition/plugin-sdk';
import { type ParquetColumn, writeParquet } from '@sortition/warehouse-duckdb';

import { WAREHOUSE } from '../../../runtime/warehouse/warehouse-token.js';
import { EVENT_LOADER, type EventLoader } from './event-loader.js';

export type ExportedTable = 'exposures' | 'events';

export interface EventExport {
  readonly environmentId: string;
  readonly table: ExportedTable;
  /** Undefined: from the beginning. */
  readonly receivedFrom: Date | undefined;
  /** Undefined: everything acknowledged so far. */
  readonly receivedBefore: Date | undefined;
}

/** A file that exists until it is removed. */
export interface ExportedFile {
  readonly path: string;
  readonly rows: number;
  remove(): Promise<void>;
}

const COMMON: readonly ParquetColumn[] = [
  { name: 'event_id', type: 'text' },
  { name: 'time', type: 'time', from: 'time_micros' },
  { name: 'received_at', type: 'time', from: 'received_micros' },
];
const COLUMNS: Readonly<Record<ExportedTable, readonly ParquetColumn[]>> = {
  exposures: [
    ...COMMON,
    ...['flag', 'variant', 'rule', 'experiment'].map((name) => ({ name, type: 'text' as const })),
    { name: 'phase', type: 'integer' },
    { name: 'unit_attribute', type: 'text' },
    { name: 'unit', type: 'text' },
  ],
  events: [
    ...COMMON,
    { name: 'name', type: 'text' },
    { name: 'value', type: 'double' },
    { name: 'units', type: 'map' },
    { name: 'properties', type: 'text' },
  ],
};

/** Writes the raw rows of an environment into a Parquet file, whatever the warehouse. */
@Injectable()
export class ExportEvents {
  constructor(
    @Inject(EVENT_LOADER) private readonly loader: EventLoader,
    @Inject(WAREHOUSE) private readonly warehouse: Warehouse,
  ) {}

  /** @throws DomainError INVALID_ARGUMENT, DATABASE_UNAVAILABLE, WAREHOUSE_UNAVAILABLE. */
  async execute({ environmentId, table, receivedFrom, receivedBefore }: EventExport): Promise<ExportedFile> {
    const dialect = dialectNamed(this.warehouse.dialect);
    if (!dialect) throw new Error(`No SQL is known for the warehouse's dialect "${this.warehouse.dialect}".`);
    const { time: watermark } = await this.loader.flush();
    const from = receivedFrom ?? new Date(0);
    // The watermark itself is still included: times of receipt are finer than its milliseconds.
    const before = receivedBefore ?? new Date(watermark.getTime() + 1);
    if (receivedBefore && before <= from) throw emptyRange(from, before);
    const { sql, parameters } = rawRowsQuery(
      {
        table,
        environmentId,
        receivedFromMicros: from.getTime() * 1_000,
        receivedToMicros: before.getTime() * 1_000,
      },
      dialect,
    );
    const directory = await mkdtemp(join(tmpdir(), 'sortition-export-'));
    const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
    try {
      const path = join(directory, `${table}.parquet`);
      const rows = await writeParquet(path, COLUMNS[table], this.warehouse.stream(sql, parameters));
      return { path, rows, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  }
}

function emptyRange(from: Date, before: Date): DomainError {
  const description = `"${before.toISOString()}" is not after received_from "${from.toISOString()}"`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', `received_before ${description}.`, {
    violations: [{ field: 'received_before', description }],
  });
}
