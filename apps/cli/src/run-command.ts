import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { CommanderError } from 'commander';

import type { CommandContext } from './commands/command-context.js';
import { parseEnvironment } from './config/command-environment.js';
import { describeFailure } from './failure/describe-failure.js';
import { openFilesAdvice, openFilesExhausted } from './failure/open-files.js';
import { EXIT_CODE, exitCodeOf } from './failure/exit-code.js';
import { printableSink } from './output/text-sink.js';
import type { TextSink } from './output/text-sink.js';
import { createProgram } from './program.js';

// A failure is one line of the command's own; grpc-js would add its remarks.
setLogVerbosity(logVerbosity.NONE);

/** Where a command's text goes and its settings come from. */
export interface ProcessEdges {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Runs one command line, without the names of node and the script, and returns the exit code. Never throws. */
export async function runCommand(commandLine: readonly string[], edges: ProcessEdges): Promise<number> {
  const [stdout, stderr] = [printableSink(edges.stdout), printableSink(edges.stderr)];
  try {
    const context: CommandContext = {
      stdout,
      stderr,
      environment: parseEnvironment(edges.variables),
      variables: edges.variables,
    };
    const program = createProgram(context);
    if (commandLine.length === 0) {
      program.outputHelp();
      return EXIT_CODE.ok;
    }
    await program.parseAsync(commandLine, { from: 'user' });
    return EXIT_CODE.ok;
  } catch (error) {
    // Commander has written its own message already.
    if (!(error instanceof CommanderError)) stderr.write(`sortition: ${describe(error)}\n`);
    return exitCodeOf(error);
  }
}

function describe(error: unknown): string {
  const openFiles = openFilesExhausted(error);
  return openFiles === undefined ? describeFailure(error) : openFilesAdvice(openFiles);
}
