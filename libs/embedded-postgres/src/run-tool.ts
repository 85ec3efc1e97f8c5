import { spawn } from 'node:child_process';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

import type { ServerUser } from './server-user.js';

const DEADLINE_MS = 60_000;

/** What a tool printed and how it ended. */
export interface ToolOutcome {
  readonly succeeded: boolean;
  readonly output: string;
}

/**
 * Runs one of PostgreSQL's tools to its end. The output goes through a file, because a server that the tool starts
 * keeps the tool's output open.
 *
 * @param inherited an open file that the tool, and a server that it starts, hold as well.
 */
export async function runTool(
  path: string,
  parameters: readonly string[],
  user: ServerUser | undefined,
  inherited?: FileHandle,
): Promise<ToolOutcome> {
  const outputPath = join(tmpdir(), `sortition-tool-${randomBytes(6).toString('hex')}`);
  const outputFile = await open(outputPath, 'wx', 0o600);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const tool = spawn(path, parameters, {
        ...user,
        cwd: '/',
        stdio: ['ignore', outputFile.fd, outputFile.fd, ...(inherited ? [inherited.fd] : [])],
        timeout: DEADLINE_MS,
        env: { LC_ALL: 'C', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC' },
      });
      tool.once('error', reject);
      tool.once('exit', resolve);
    });
    return { succeeded: code === 0, output: await readFile(outputPath, 'utf8') };
  } finally {
    await outputFile.close();
    await rm(outputPath, { force: true });
  }
}
