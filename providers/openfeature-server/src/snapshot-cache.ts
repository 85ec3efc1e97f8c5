import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { patchedSnapshot } from './patched-snapshot.js';
import type { ProviderSettings } from './provider-options.js';
import type { KeptSnapshot, SnapshotKeeper } from './snapshot-holder.js';

/** A larger file is neither written nor read. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Files of other credentials and addresses that are left in the directory at most; the oldest go first. */
const MAX_OTHER_FILES = 15;
/** Least time between two writes. */
const WRITE_INTERVAL_MS = 1_000;
const FILE_NAME = /^sortition-[0-9a-f]{64}\.snapshot$/;

interface Header {
  readonly format: 1;
  /** Of the state, as the platform gave it. */
  readonly contentHash: string;
  /** Of the JSON in this file. */
  readonly bodyHash: string;
}

/**
 * The last known good state on disk: one file for each pair of address and credential, named by their hash. It holds
 * what the snapshot holds and never the credential; it is written whole or not at all, for its owner alone, and a file
 * that was damaged is not used. A failed write is told once as a process warning and changes nothing else.
 */
export class SnapshotCache implements SnapshotKeeper {
  private readonly directory: string;
  private readonly name: string;
  private state: KeptSnapshot | undefined;
  private deltas: Buffer[] = [];
  private isDirty = false;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private hasWarned = false;

  /** @param warn is told once, of the first write that fails. */
  constructor(
    { cacheDirectory = '', target, apiKey }: Pick<ProviderSettings, 'cacheDirectory' | 'target' | 'apiKey'>,
    private readonly warn = (message: string) => process.emitWarning(message, 'SortitionWarning'),
  ) {
    this.directory = cacheDirectory;
    this.name = `sortition-${sha256(`${target}\n${apiKey}`)}.snapshot`;
  }

  /** The state that was kept last; undefined when there is none that can be trusted. */
  async read(): Promise<KeptSnapshot | undefined> {
    try {
      const { size } = await stat(this.path);
      if (size > MAX_FILE_BYTES) return undefined;
      const file = await readFile(this.path);
      const end = file.indexOf('\n');
      const header = JSON.parse(file.subarray(0, end).toString('utf8')) as Partial<Header>;
      const json = file.subarray(end + 1);
      if (header.format !== 1 || header.bodyHash !== sha256(json) || !header.contentHash) return undefined;
      this.state = { json, contentHash: header.contentHash };
      return this.state;
    } catch {
      return undefined;
    }
  }

  keepFull(json: Buffer, contentHash: string): void {
    this.state = { json, contentHash };
    this.deltas = [];
    this.schedule(0);
  }

  keepDelta(json: Buffer, contentHash: string): void {
    if (!this.state) return;
    this.state = { json: this.state.json, contentHash };
    this.deltas.push(json);
    this.schedule(WRITE_INTERVAL_MS);
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.write();
  }

  private get path(): string {
    return join(this.directory, this.name);
  }

  private schedule(delayMs: number): void {
    this.isDirty = true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, delayMs);
    this.timer.unref();
  }

  private write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeOnce());
    return this.writing;
  }

  private async writeOnce(): Promise<void> {
    if (!this.isDirty || !this.state) return;
    this.isDirty = false;
    if (this.deltas.length > 0) this.state = { ...this.state, json: patchedSnapshot(this.state.json, this.deltas) };
    this.deltas = [];
    const { json, contentHash } = this.state;
    const header: Header = { format: 1, contentHash, bodyHash: sha256(json) };
    const file = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), json]);
    try {
      if (file.length > MAX_FILE_BYTES) throw new Error(`its ${String(file.length)} bytes are too many`);
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.path, file, { mode: 0o600 });
      await this.removeOldest();
    } catch (error) {
      this.failed(error);
    }
  }

  private async removeOldest(): Promise<void> {
    const others = (await readdir(this.directory)).filter((name) => FILE_NAME.test(name) && name !== this.name);
    if (others.length <= MAX_OTHER_FILES) return;
    const aged = await Promise.all(
      others.map(async (name) => ({ name, changedMs: (await stat(join(this.directory, name))).mtimeMs })),
    );
    aged.sort((one, other) => other.changedMs - one.changedMs);
    for (const { name } of aged.slice(MAX_OTHER_FILES)) await rm(join(this.directory, name), { force: true });
  }

  private failed(error: unknown): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.warn(`The snapshot could not be kept in ${this.directory}: ${reason}`);
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
