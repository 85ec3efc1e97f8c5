import { Code, ConnectError } from '@connectrpc/connect';

import { failureDetailsOf } from '../grpc/failure-details.js';
import { type FailureStatus, statusOfError } from '../grpc/status-of-error.js';

/** The Connect form of a failed handler: its status, message, details, and `Retry-After`. What is no status stays opaque. */
export function connectErrorOf(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const { code, details, metadata } = isFailure(error) ? error : statusOfError(error);
  const { messages, retryAfterSeconds } = failureDetailsOf(metadata);
  // Connect and gRPC number their codes alike.
  const failure = new ConnectError(details, Code[Code[code] as keyof typeof Code]);
  failure.details.push(...messages);
  if (retryAfterSeconds !== undefined) failure.metadata.set('Retry-After', String(retryAfterSeconds));
  return failure;
}

function isFailure(error: unknown): error is FailureStatus {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'number' &&
    'details' in error
  );
}
