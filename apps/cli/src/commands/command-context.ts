import type { CommandEnvironment } from '../config/command-environment.js';

/** What a command may touch besides its arguments. */
export interface CommandContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: CommandEnvironment;
}

export interface TextSink {
  /** Whether a person sees it. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Writes text for people, or one line of JSON for programs. */
export function print(context: CommandContext, output: 'text' | 'json', value: unknown, text: () => string): void {
  context.stdout.write(output === 'json' ? `${JSON.stringify(value)}\n` : `${text()}\n`);
}
