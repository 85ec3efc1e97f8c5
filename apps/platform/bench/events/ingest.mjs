/**
 * The events role without its loader: the gRPC server, PublishEvents and the log, in a process of its own so that its
 * processor time can be told apart. Arguments: connection string, and the address of an event log outside the database
 * unless it is in there. Reports its port to its parent; ends with it.
 */
import 'reflect-metadata';

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SERVICES } from '@sortition/contracts';
import { systemClock } from '@sortition/kernel';
import pino from 'pino';

import { EventsModule } from '../../dist/modules/events/index.js';
import { appDataSource } from '../../dist/runtime/database/app-data-source.js';
import { TypeormTenantDatabase } from '../../dist/runtime/database/typeorm-tenant-database.js';
import { ServerNativeGrpc } from '../../dist/runtime/grpc/server-native-grpc.js';
import { HeldStreams } from '../../dist/runtime/limits/held-streams.js';
import { httpAdapter } from '../../dist/runtime/http/http-server.js';
import { RuntimeModule } from '../../dist/runtime/runtime.module.js';
import { monotonicClock } from '../../dist/runtime/steady-clocks.js';

const [databaseUrl, eventLogUrl] = process.argv.slice(2);
const principal = {
  organizationId: '0190a000-0000-7000-8000-0000000000a1',
  organization: 'bench',
  keySelector: '0123456789ab',
  kind: 'server',
  environment: { id: '0190a000-0000-7000-8000-0000000000e1', project: 'bench', environment: 'bench' },
};

const logger = pino({ level: 'warn' }, pino.destination(2));
const source = await appDataSource(databaseUrl, []).initialize();
const authenticator = { authorize: async () => principal, authorizeCached: () => principal };
const native = new ServerNativeGrpc(
  authenticator,
  new HeldStreams({ confirm: async () => undefined }, Math.random),
  logger,
);

class IngestModule {}
const parts = {
  authenticator,
  clock: systemClock,
  monotonicClock,
  database: new TypeormTenantDatabase(source),
  databaseUrl,
  eventLogUrl,
  limits: { evaluationsPerSecond: undefined, eventsPerSecond: undefined },
  logger,
  native,
  streamTokens: undefined,
  warehouse: { dialect: 'none' },
};
Module({ imports: [RuntimeModule.forRoot(parts), EventsModule] })(IngestModule);
const app = await NestFactory.create(IngestModule, httpAdapter(logger), { logger: false, abortOnError: false });
await app.init();

const server = new Server();
native.attach(server, SERVICES['sortition.events.v1.EventsService']);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send({ port });
});

process.once('disconnect', async () => {
  server.forceShutdown();
  await app.close();
  await source.destroy();
});
process.on('message', () => process.disconnect());
