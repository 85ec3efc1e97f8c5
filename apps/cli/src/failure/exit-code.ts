import { CommanderError } from 'commander';

import { UsageError } from './usage-error.js';

/** What a process that ran a command leaves behind. */
export const EXIT_CODE = {
  ok: 0,
  /** The command was understood and failed. */
  failure: 1,
  /** The command was called wrongly, or the environment is malformed. */
  usage: 2,
} as const;

/** Returns the exit code of what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage;
  return error instanceof UsageError ? EXIT_CODE.usage : EXIT_CODE.failure;
}
