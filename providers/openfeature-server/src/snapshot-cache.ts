import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { patchedSnapshot } from './patched-snapshot.js';
import type { ProviderSettings } from './provider-options.js';
import { decodeSnapshotFile, encodeSnapshotFile, MAX_FILE_BYTES, ownerId, readBounded } from './snapshot-file.js';
import type { KeptSnapshot, SnapshotKeeper } from './snapshot-holder.js';

/** Files of other credentials and addresses that are left in the directory at most; the oldest go first. */
const MAX_OTHER_FILES = 15;
/** Least time between two writes. */
const WRITE_INTERVAL_MS = 1_000;
const FILE_NAME = /^sortition-[0-9a-f]{64}\.snapshot$/;

/**
 * The last known good state on disk: one file for each pair of address and credential, named by their hash. It holds
 * what the snapshot holds and never the credential; it is written whole or not at all, for its owner alone. A file that
 * was damaged, cannot be read or is somebody else's is not used. That, and a write that fails, is told once each as a
 * process warning and changes nothing else.
 */
export class SnapshotCache implements SnapshotKeeper {
  private readonly directory: string;
  private readonly name: string;
  private state: KeptSnapshot | undefined;
  private deltas: Buffer[] = [];
  private isDirty = false;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly told = new Set<'read' | 'write'>();

  /** @param warn is told once of a file that is not used, and of the first write that fails. */
  constructor(
    private readonly settings: Pick<ProviderSettings, 'cacheDirectory' | 'target' | 'apiKey'>,
    private readonly warn = (message: string) => process.emitWarning(message, 'SortitionWarning'),
  ) {
    this.directory = settings.cacheDirectory ?? '';
    this.name = `sortition-${ownerId(settings)}.snapshot`;
  }

  /**
   * Hands over the state that was kept last. Returns whether there was one and it was taken.
   *
   * @param take throws when it cannot use the state.
   */
  async readInto(take: (state: KeptSnapshot) => void): Promise<boolean> {
    try {
      const file = await readBounded(this.path);
      if (!file) return false;
      const state = decodeSnapshotFile(file, this.settings);
      take(state);
      this.state = state;
      return true;
    } catch (error) {
      this.tell('read', `The snapshot in ${this.path} is not used: ${reasonOf(error)}. The platform's replaces it.`);
      return false;
    }
  }

  keepFull(state: KeptSnapshot): void {
    this.state = state;
    this.deltas = [];
    this.schedule(0);
  }

  keepDelta(json: Buffer, contentHash: string): void {
    if (!this.state) return;
    this.state = { ...this.state, contentHash };
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
    const file = encodeSnapshotFile(this.state, this.settings);
    try {
      if (file.length > MAX_FILE_BYTES) throw new Error(`its ${String(file.length)} bytes are too many`);
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.path, file, { mode: 0o600 });
      await this.removeOldest();
    } catch (error) {
      this.tell('write', `The snapshot could not be kept in ${this.directory}: ${reasonOf(error)}`);
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

  private tell(what: 'read' | 'write', message: string): void {
    if (this.told.has(what)) return;
    this.told.add(what);
    this.warn(message);
  }
}

function reasonOf(error: unknown): string {
  const { message } = error as Partial<Error>;
  return message ?? String(error);
}
