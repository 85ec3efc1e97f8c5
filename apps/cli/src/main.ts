import { openFilesAdvice, tooFewOpenFiles } from './failure/open-files.js';
import type * as commands from './run-command.js';

// A reader that has seen enough, `head` for example, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// Whoever read the log may be gone before the platform has ended in order.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run();

// A handle that something forgot to close must not keep a finished command alive.
setTimeout(() => process.exit(), 3_000).unref();

async function run(): Promise<number> {
  const { runCommand } = await load();
  return runCommand(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    variables: process.env,
  });
}

/** Loaded late: with too few files to open Node.js would say of some package that it does not exist. */
async function load(): Promise<typeof commands> {
  try {
    return await import('./run-command.js');
  } catch (error) {
    const limit = tooFewOpenFiles();
    if (limit === undefined) throw error;
    process.stderr.write(`sortition: ${openFilesAdvice(limit)}\n`);
    process.exit(1);
  }
}
