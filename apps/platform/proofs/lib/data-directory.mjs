/** Data directories of proofs and benchmarks: temporary, and gone afterwards. */
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function makeDataDirectory(name) {
  const directory = await mkdtemp(join(tmpdir(), `sortition-${name}-`));
  // PostgreSQL never runs as root; its own user must be able to pass through.
  await chmod(directory, 0o711);
  return directory;
}

export async function removeDataDirectory(directory) {
  // Under root the database's files may lie elsewhere, behind a link.
  const files = await realpath(join(directory, 'postgres')).catch(() => undefined);
  if (files !== undefined) await rm(files, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
}
