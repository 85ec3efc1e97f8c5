import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes an empty temporary directory that a platform may keep its data in. The caller removes it. */
export async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sortition-cli-'));
  // Under root PostgreSQL runs as a user of its own, who must be able to pass through.
  await chmod(directory, 0o711);
  return directory;
}
