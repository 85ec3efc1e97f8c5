import { DomainError } from '@sortition/kernel';

import { RpcFailure } from '../connection/rpc-failure.js';
import { printableValue } from '../output/printable.js';
import { UsageError } from './usage-error.js';

/**
 * Says what went wrong and what to do next: one line, and below it each problem that the line does not name, on a line
 * of its own. A bug keeps its stack.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof UsageError) return described(error.message, undefined, error.problems);
  if (error instanceof RpcFailure) return described(error.message, error.code, error.problems);
  if (error instanceof DomainError) {
    const problems = error.violations
      .filter(({ description }) => !error.message.includes(description))
      .map(({ field, description }) => `${field} ${description}`);
    // A message of ours that has one violation has said it in its own words.
    return described(error.message, error.code, problems.length > 1 ? problems : []);
  }
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

function described(message: string, code: string | undefined, problems: readonly string[]): string {
  const closing = code === undefined ? '' : ` [${code}]`;
  const [problem] = problems;
  if (problems.length === 1 && problem !== undefined) return `${oneLine(`${message} ${problem}`)}${closing}`;
  return [`${oneLine(message)}${closing}`, ...problems.map((each) => `  ${oneLine(each)}`)].join('\n');
}

function oneLine(text: string): string {
  return printableValue(text.replace(/\s*\n\s*/g, ' ').trim());
}
