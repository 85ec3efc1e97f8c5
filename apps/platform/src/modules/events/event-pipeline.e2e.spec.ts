import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { openTestDatabase, type TestDatabase } from './testing/open-test-database.js';
import { eventIdOf } from './testing/new-record.js';

const SCRIPT = fileURLToPath(new URL('testing/event-process.mjs', import.meta.url));
const ROUNDS = 4;

type EventProcess = ChildProcessByStdio<null, Readable, Readable>;

describe('the event pipeline', () => {
  let server: TestPostgres;
  let database: TestDatabase;
  let directory: string;

  beforeAll(async () => {
    server = await startTestPostgres();
    database = await openTestDatabase(server);
    directory = await mkdtemp(join(tmpdir(), 'sortition-pipeline-'));
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = (seed: number, mode: 'publish' | 'load'): EventProcess =>
    spawn(process.execPath, [SCRIPT, database.url, join(directory, 'warehouse.duckdb'), String(seed), mode], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('has every acknowledged event in the warehouse exactly once, however often it is killed', async () => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const lines = await killedAfter(start(round, 'publish'), 12 + round * 9);
      for (const number of lines.join(' ').split(' ')) acknowledged.add(eventIdOf(Number(number)));
    }

    const loaded = await idsLoadedBy(start(0, 'load'));

    expect(acknowledged.size).toBeGreaterThan(1_000);
    expect(new Set(loaded).size).toBe(loaded.length);
    // Events that were committed but not acknowledged before the kill are in the warehouse too.
    const present = new Set(loaded);
    expect([...acknowledged].filter((id) => !present.has(id))).toEqual([]);
    const inLog: readonly { readonly event_id: string }[] = await database.database.read(
      '0190a000-0000-7000-8000-0000000000a1',
      (manager) => manager.query('SELECT event_id FROM event_log ORDER BY event_id'),
    );
    expect(loaded).toEqual(inLog.map((row) => row.event_id));
  }, 120_000);
});

/** The complete lines that the process printed until it was killed in the middle of its work. */
async function killedAfter(child: EventProcess, lineCount: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const errors = collect(child.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === lineCount) child.kill('SIGKILL');
  }
  if (lines.length < lineCount) throw new Error(`The process ended by itself: ${errors.join('')}`);
  // The kill may have cut the last line short.
  return lines.slice(0, -1);
}

async function idsLoadedBy(child: EventProcess): Promise<readonly string[]> {
  const errors = collect(child.stderr);
  const output = collect(child.stdout);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The loading process failed with ${String(code)}: ${errors.join('')}`);
  return JSON.parse(output.join('')) as readonly string[];
}

function collect(stream: Readable): string[] {
  const chunks: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => chunks.push(chunk));
  return chunks;
}
