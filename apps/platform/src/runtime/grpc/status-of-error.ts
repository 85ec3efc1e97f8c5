import { Metadata, status } from '@grpc/grpc-js';
import type { Any } from '@sortition/contracts';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';
import { DomainError, type ErrorKind } from '@sortition/kernel';

import { readableFailure } from '../failure/readable-failure.js';

const STATUS_BY_KIND = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  'already-exists': status.ALREADY_EXISTS,
  conflict: status.ABORTED,
  'failed-precondition': status.FAILED_PRECONDITION,
  'too-large': status.INVALID_ARGUMENT,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
} as const satisfies Record<ErrorKind, status>;

/** Failures that the same call may not meet again. */
const TRANSIENT_KINDS: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['exhausted', 'unavailable']);

const DOMAIN = 'sortition';

/** What a refused or failed call is answered. */
export interface FailureStatus {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/**
 * The gRPC form of a failure: status, message and `google.rpc.Status` details (ErrorInfo, BadRequest, RetryInfo) in
 * the trailer `grpc-status-details-bin` (AIP-193), cut to what every client can read. What is no DomainError stays opaque. A failure that is final says so
 * in `grpc-retry-pushback-ms` (gRFC A6), as clients such as flagd's for Java repeat calls after any status.
 */
export function statusOfError(error: unknown): FailureStatus {
  if (!(error instanceof DomainError)) return { code: status.INTERNAL, details: 'Internal error.' };
  const failure = readableFailure(error);
  const code = STATUS_BY_KIND[failure.kind];
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(detailsOf(failure, code)));
  if (!TRANSIENT_KINDS.has(failure.kind)) metadata.set('grpc-retry-pushback-ms', '-1');
  return { code, details: failure.message, metadata };
}

function detailsOf(error: DomainError, code: status): Uint8Array {
  const { ErrorInfo, BadRequest, RetryInfo } = rpcErrorDetails;
  const details = [pack('ErrorInfo', ErrorInfo.encode({ reason: error.code, domain: DOMAIN, metadata: {} }).finish())];
  if (error.violations.length > 0) {
    details.push(pack('BadRequest', BadRequest.encode({ fieldViolations: error.violations }).finish()));
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = {
      seconds: Math.floor(error.retryAfterMs / 1_000),
      nanos: (error.retryAfterMs % 1_000) * 1_000_000,
    };
    details.push(pack('RetryInfo', RetryInfo.encode({ retryDelay }).finish()));
  }
  return rpcStatus.Status.encode({ code, message: error.message, details }).finish();
}

function pack(name: string, value: Uint8Array): Any {
  return { typeUrl: `type.googleapis.com/google.rpc.${name}`, value: Buffer.from(value) };
}
