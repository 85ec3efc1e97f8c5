/** The whole platform in a process of its own, at ports that stay over restarts. */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { credentials, Metadata } from '@grpc/grpc-js';
import { adminDeclarations } from '@sortition/contracts';
import pg from 'pg';

import { makeDataDirectory, removeDataDirectory } from '../proofs/lib/data-directory.mjs';
import { superuserUrl } from '../proofs/lib/embedded-database.mjs';
import { startPlatformProcess } from '../proofs/lib/start-platform.mjs';
import { declarationOf } from './flags.mjs';

const HOST = '127.0.0.1';
/** Longer than clients hold events back. */
const EVENTS_ARRIVE_MS = 6_000;

export async function openPlatform() {
  const dataDirectory = await makeDataDirectory('clients');
  const [grpcPort, httpPort] = [await freePort(), await freePort()];
  const options = { dataDirectory, host: HOST, grpcPort, httpPort };
  let running = await startPlatformProcess(options);
  const { project, environment, keys } = running.starter;
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    place: { host: HOST, grpcPort, httpPort, keys, grpc: `${HOST}:${grpcPort}` },
    /** Applies the flags with the value of the flag that changes. */
    declare: (changed) => apply(`${HOST}:${grpcPort}`, keys.admin, project, environment, declarationOf(changed)),
    stop,
    async start() {
      running = await startPlatformProcess(options);
    },
    /** Units of the exposures and of the tracked events that arrived. */
    async recordedUnits() {
      await sleep(EVENTS_ARRIVE_MS);
      return recordedUnits(await superuserUrl(dataDirectory));
    },
    async close() {
      await stop();
      await removeDataDirectory(dataDirectory);
    },
  };
}

async function recordedUnits(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT payload::jsonb ? 'flag' AS "isExposure", payload::text AS text FROM event_log`,
    );
    const units = (events) => new Set(events.flatMap(({ text }) => text.match(/client-[a-z-]+/g) ?? []));
    return {
      exposed: units(rows.filter(({ isExposure }) => isExposure)),
      tracked: units(rows.filter(({ isExposure }) => !isExposure)),
    };
  } finally {
    await client.end();
  }
}

function apply(address, key, project, environment, declaration) {
  const client = new adminDeclarations.DeclarationServiceClient(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  const text = JSON.stringify(declaration).replaceAll('"production"', JSON.stringify(environment));
  const request = { parent: `projects/${project}`, declaration: JSON.parse(text), dryRun: false };
  return new Promise((done, fail) => {
    client.applyDeclaration(request, metadata, { deadline: Date.now() + 20_000 }, (error) => {
      client.close();
      if (error) fail(error);
      else done();
    });
  });
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, HOST, () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
