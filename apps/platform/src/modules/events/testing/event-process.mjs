/**
 * Publishes and loads events until it is killed. Prints a line of event numbers for each acknowledged batch.
 * Arguments: connection string of the database, path of the warehouse, seed, "publish" or "load".
 * Runs the built code, because plain Node.js cannot run TypeScript.
 */
import 'reflect-metadata';

import { systemClock } from '@sortition/kernel';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';

import { EventWriter } from '../../../../dist/modules/events/application/event-writer.js';
import { PublishEvents } from '../../../../dist/modules/events/application/publish-events.js';
import { WarehouseLoader } from '../../../../dist/modules/events/application/warehouse-loader.js';
import { PostgresEventLog } from '../../../../dist/modules/events/infra/postgres-event-log.js';
import { appDataSource } from '../../../../dist/runtime/database/app-data-source.js';
import { TypeormTenantDatabase } from '../../../../dist/runtime/database/typeorm-tenant-database.js';

const [url, path, seed, mode] = process.argv.slice(2);
const scope = {
  organizationId: '0190a000-0000-7000-8000-0000000000a1',
  environmentId: '0190a000-0000-7000-8000-0000000000e1',
};

const source = await appDataSource(url, []).initialize();
const log = new PostgresEventLog(new TypeormTenantDatabase(source));
const warehouse = await openDuckDbWarehouse({ path, threads: 2 });
await warehouse.prepare();
const loader = new WarehouseLoader(log, warehouse, systemClock, pino({ enabled: false }));

if (mode === 'load') {
  await loader.flush();
  const rows = await warehouse.query(
    'SELECT event_id FROM events UNION ALL SELECT event_id FROM exposures ORDER BY event_id',
    [],
  );
  process.stdout.write(`${JSON.stringify(rows.map((row) => row.event_id))}\n`);
  await loader.onModuleDestroy();
  await warehouse.close();
  await source.destroy();
} else {
  loader.onModuleInit();
  const publish = new PublishEvents(new EventWriter(log), systemClock);
  const flushing = async () => {
    for (;;) await loader.flush();
  };
  void flushing();
  await Promise.all([0, 1, 2].map((sender) => send(publish, sender)));
}

/** Sends batches for ever: each one shuffled, and its second half sent again with the next. */
async function send(publish, sender) {
  let state = Number(seed) * 7 + sender + 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let batch = 0; ; batch += 1) {
    const first = Number(seed) * 10_000_000 + sender * 1_000_000 + batch * 50;
    const numbers = Array.from({ length: 100 }, (_, index) => first + index).sort(() => random() - 0.5);
    const outcomes = await publish.execute(scope, { events: numbers.map(eventOf), sentAt: new Date() });
    if (outcomes.some(({ outcome }) => outcome === 'rejected')) throw new Error(JSON.stringify(outcomes));
    process.stdout.write(`${numbers.join(' ')}\n`);
  }
}

function eventOf(number) {
  const id = `0190a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
  const time = new Date();
  const unit = `user-${number}`;
  if (number % 2 === 0) {
    const tracked = { name: 'purchase', units: { targetingKey: unit }, value: number, properties: undefined };
    return { id, time, payload: { kind: 'tracked', tracked } };
  }
  const exposure = { flag: 'f', variant: 'v', rule: 'r', experiment: 'x', phase: 1, unitAttribute: '', unit };
  return { id, time, payload: { kind: 'exposure', exposure } };
}
