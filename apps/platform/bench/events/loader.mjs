/**
 * The loader with an embedded warehouse, in a process of its own so that its processor time can be told apart.
 * Arguments: connection string of the database with the log, and a directory for the warehouse's file. Loads what is in
 * the log for each message of its parent and reports how long it took; ends with its parent.
 */
import 'reflect-metadata';

import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { systemClock } from '@sortition/kernel';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';

import { EVENT_LOADER, EventLoadingModule } from '../../dist/modules/events/index.js';
import { appDataSource } from '../../dist/runtime/database/app-data-source.js';
import { TypeormTenantDatabase } from '../../dist/runtime/database/typeorm-tenant-database.js';
import { RuntimeModule } from '../../dist/runtime/runtime.module.js';
import { monotonicClock } from '../../dist/runtime/steady-clocks.js';

const [databaseUrl, directory] = process.argv.slice(2);
const logger = pino({ level: 'warn' }, pino.destination(2));
const source = await appDataSource(databaseUrl, []).initialize();
// As the platform opens it on two processors.
const warehouse = await openDuckDbWarehouse({ path: join(directory, 'warehouse.duckdb'), threads: 1 });
await warehouse.prepare();

class LoaderModule {}
const parts = {
  authenticator: undefined,
  clock: systemClock,
  monotonicClock,
  database: new TypeormTenantDatabase(source),
  databaseUrl,
  eventLogUrl: undefined,
  eventLogRetentionDays: undefined,
  limits: { evaluationsPerSecond: undefined, eventsPerSecond: undefined },
  logger,
  native: undefined,
  streamTokens: undefined,
  warehouse,
};
Module({ imports: [RuntimeModule.forRoot(parts), EventLoadingModule] })(LoaderModule);
const app = await NestFactory.createApplicationContext(LoaderModule, { logger: false, abortOnError: false });

process.on('message', async () => {
  const started = performance.now();
  await app.get(EVENT_LOADER).flush();
  process.send({ seconds: (performance.now() - started) / 1_000 });
});
process.once('disconnect', async () => {
  await app.close();
  await warehouse.close();
  await source.destroy();
});
process.send('ready');
