import { DomainError } from '@sortition/kernel';

/** A plugin that keeps the process from starting. The message names it and says what to do. */
export function pluginFailure(message: string, cause?: unknown): DomainError {
  return new DomainError('failed-precondition', 'INVALID_STATE', message, { cause });
}
