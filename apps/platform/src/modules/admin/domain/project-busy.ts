import { DomainError } from '@sortition/kernel';

/** Another write of the project takes longer than a writer waits. */
export function projectBusy(name: string, cause: unknown): DomainError {
  return new DomainError(
    'unavailable',
    'PROJECT_BUSY',
    `"${name}" is being changed by another writer. Nothing was stored; send the change again in a moment.`,
    { cause, retryAfterMs: 1_000 },
  );
}
