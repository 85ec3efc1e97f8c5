import { status } from '@grpc/grpc-js';

/** Whether the platform refused the credential itself. */
export function isRefusedCredential(error: unknown): boolean {
  const code = statusOf(error);
  return code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED;
}

/** Whether the same call may succeed later. */
export function isRetryable(error: unknown): boolean {
  const code = statusOf(error);
  return code !== status.INVALID_ARGUMENT && code !== status.UNIMPLEMENTED && !isRefusedCredential(error);
}

/** The gRPC status of a failed call; undefined for other errors. */
export function statusOf(error: unknown): status | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return Object.values(status).find((value): value is status => typeof value === 'number' && value === code);
}

/** The failure's message for people, without the transport's prefix. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'details' in error && typeof error.details === 'string' && error.details !== ''
    ? error.details
    : error.message;
}
