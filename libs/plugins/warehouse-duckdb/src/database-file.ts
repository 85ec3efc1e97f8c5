import { type BigIntStats } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';

import { DuckDBInstance } from '@duckdb/node-api';
import { DomainError, failureMessage, warehouseUnavailable } from '@sortition/plugin-sdk';

import { damageAdvice } from './duckdb-failure.js';

const IN_MEMORY = ':memory:';
/** The file itself, its log, and the folder for what does not fit into memory. */
const SUFFIXES = ['', '.wal', '.tmp'];
/** A database file of DuckDB, and whether it still lies where it was opened. */
export class DatabaseFile {
  private opened: Identity | undefined;

  constructor(
    private readonly path: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * Opens the file, making it when it is absent. Only its owner may read it.
   *
   * @throws DomainError INVALID_STATE when what lies there is no database or a damaged one, with what to do;
   *   WAREHOUSE_UNAVAILABLE when the file cannot be opened, for example because another process has it.
   */
  async open(): Promise<DuckDBInstance> {
    try {
      const instance = await DuckDBInstance.create(this.path, { ...this.settings });
      if (this.path !== IN_MEMORY) await this.settle();
      return instance;
    } catch (error) {
      const advice = damageAdvice(error);
      if (advice === undefined) throw warehouseUnavailable(`The warehouse file "${this.path}" cannot be opened`, error);
      throw new DomainError(
        'failed-precondition',
        'INVALID_STATE',
        `The warehouse file "${this.path}" is empty, damaged or no DuckDB file (${failureMessage(error)}). ${advice}`,
        { cause: error },
      );
    }
  }

  /** Whether the file that was opened is the one at its path: false after it was deleted or replaced. */
  async isInPlace(): Promise<boolean> {
    if (this.opened === undefined) return true;
    const found = await identityOf(this.path);
    return found?.device === this.opened.device && found.inode === this.opened.inode;
  }

  private async settle(): Promise<void> {
    this.opened = await identityOf(this.path);
    for (const suffix of SUFFIXES) await keepPrivate(`${this.path}${suffix}`);
  }
}

interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
}

async function identityOf(path: string): Promise<Identity | undefined> {
  const found = await statOf(path);
  return found && { device: found.dev, inode: found.ino };
}

async function keepPrivate(path: string): Promise<void> {
  const found = await statOf(path);
  if (found) await chmod(path, found.isDirectory() ? 0o700 : 0o600);
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
