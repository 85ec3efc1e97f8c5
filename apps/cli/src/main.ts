import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';

import { runCommand } from './run-command.js';

// A failure is one line of the command's own; grpc-js would add its remarks.
setLogVerbosity(logVerbosity.NONE);

// A reader that has seen enough, `head` for example, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  variables: process.env,
});

// A handle that something forgot to close must not keep a finished command alive.
setTimeout(() => process.exit(), 3_000).unref();
