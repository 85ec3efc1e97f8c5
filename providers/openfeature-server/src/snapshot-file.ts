import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import type { ProviderSettings } from './provider-options.js';
import type { KeptSnapshot } from './snapshot-holder.js';

/** A larger file is neither written nor read. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Longest time that reading takes, in milliseconds: a directory of a network may not answer. */
const READ_TIMEOUT_MS = 2_000;
const FORMAT = 2;

/** Whose state a file holds. */
export type FileOwner = Pick<ProviderSettings, 'target' | 'apiKey'>;

interface Header {
  readonly format: typeof FORMAT;
  /** Of address and credential. */
  readonly owner: string;
  /** `project/environment` */
  readonly environment: string;
  /** Of the state, as the platform gave it. */
  readonly contentHash: string;
  /** Authenticates everything else in the file by the credential. */
  readonly mac: string;
}

/** Names address and credential without telling them. */
export function ownerId({ target, apiKey }: FileOwner): string {
  return createHash('sha256').update(`${target}\n${apiKey}`).digest('hex');
}

/** The bytes of a file: one line of header, then the JSON of the state. */
export function encodeSnapshotFile({ json, contentHash, environment }: KeptSnapshot, owner: FileOwner): Buffer {
  const said = { format: FORMAT, owner: ownerId(owner), environment, contentHash } as const;
  const header: Header = { ...said, mac: macOf(said, json, owner).toString('hex') };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), json]);
}

/** @throws Error that says why the bytes are not what was kept for this owner. */
export function decodeSnapshotFile(file: Buffer, owner: FileOwner): KeptSnapshot {
  const end = file.indexOf('\n');
  const header = headerOf(file.subarray(0, Math.max(0, end)));
  if (header.format !== FORMAT) throw new Error(`it is of another format than ${String(FORMAT)}`);
  if (header.owner !== ownerId(owner)) throw new Error('it was kept for another address or API key');
  const json = file.subarray(end + 1);
  const { environment = '', contentHash = '', mac } = header;
  const expected = macOf({ format: FORMAT, owner: header.owner, environment, contentHash }, json, owner);
  const found = Buffer.from(typeof mac === 'string' ? mac : '', 'hex');
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) {
    throw new Error('it was damaged or changed: its content does not match its checksum');
  }
  return { json, contentHash, environment };
}

/**
 * Reads a file within bounds of time, size and kind.
 *
 * @returns undefined when there is none.
 * @throws Error that says why it cannot be read.
 */
export async function readBounded(path: string, timeoutMs = READ_TIMEOUT_MS): Promise<Buffer | undefined> {
  const abort = new AbortController();
  const { signal } = abort;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it could not be read within ${String(timeoutMs)} ms`));
      abort.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([readRegular(path, signal), expired]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A pipe or a device is opened without waiting for whoever is at its other end, and left alone. */
async function readRegular(path: string, signal: AbortSignal): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is no regular file');
    if (stats.size > MAX_FILE_BYTES) throw new Error(`its ${String(stats.size)} bytes are too many`);
    return await file.readFile({ signal });
  } finally {
    await file.close();
  }
}

function headerOf(line: Buffer): Partial<Header> {
  try {
    const header: unknown = JSON.parse(line.toString('utf8'));
    if (typeof header === 'object' && header !== null) return header;
  } catch {
    // Told below.
  }
  throw new Error('it does not begin like a kept snapshot');
}

function macOf(said: Omit<Header, 'mac'>, json: Buffer, { apiKey }: FileOwner): Buffer {
  return createHmac('sha256', apiKey).update(JSON.stringify(said)).update('\n').update(json).digest();
}
