import type { CommandEnvironment } from '../config/command-environment.js';
import { printableData } from '../output/printable.js';
import type { TextSink } from '../output/text-sink.js';

/** What a command may touch besides its arguments. */
export interface CommandContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: CommandEnvironment;
  /** Environment variables as they are, for secrets that plugins name. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Writes text for people, or one line of JSON for programs.
 *
 * @param text writes the value for people. It is given a copy in which no text can break the line that it stands in.
 */
export function print<Value>(
  context: CommandContext,
  output: 'text' | 'json',
  value: Value,
  text: (shown: Value) => string,
): void {
  context.stdout.write(output === 'json' ? `${JSON.stringify(value)}\n` : `${text(printableData(value))}\n`);
}
