import { DomainError } from '@sortition/kernel';

import { RpcFailure } from '../connection/rpc-failure.js';
import { UsageError } from './usage-error.js';

/** Says in one line what went wrong and what to do next; a bug keeps its stack. */
export function describeFailure(error: unknown): string {
  if (error instanceof DomainError) return oneLine(`${error.message} [${error.code}]`);
  if (error instanceof RpcFailure)
    return oneLine(error.code === undefined ? error.message : `${error.message} [${error.code}]`);
  if (error instanceof UsageError) return oneLine(error.message);
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
