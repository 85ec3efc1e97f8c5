import { invalidArgument } from '@sortition/declaration';

/** A message field that must be set. @throws DomainError INVALID_ARGUMENT naming it. */
export function requiredMessage<T>(message: T | undefined, field: string): T {
  if (message === undefined) throw invalidArgument(field, message, 'is missing');
  return message;
}
