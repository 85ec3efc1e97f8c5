import { status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';

import { statusOfError } from './status-of-error.js';

describe('the gRPC form of a failure', () => {
  it('carries code, fields and delay as google.rpc details', () => {
    const failure = statusOfError(
      new DomainError('exhausted', 'QUOTA_EXCEEDED', 'Too many events.', {
        violations: [{ field: 'events', description: 'has 2000 entries' }],
        retryAfterMs: 1_500,
      }),
    );

    const [trailer] = failure.metadata?.get('grpc-status-details-bin') ?? [];
    const { details, ...rest } = rpcStatus.Status.decode(trailer as Buffer);
    const [errorInfo, badRequest, retryInfo] = details.map((detail) => detail.value);
    expect(failure).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: 'Too many events.' });
    expect(rest).toEqual({ code: status.RESOURCE_EXHAUSTED, message: 'Too many events.' });
    expect(rpcErrorDetails.ErrorInfo.decode(errorInfo as Buffer)).toMatchObject({
      reason: 'QUOTA_EXCEEDED',
      domain: 'sortition',
    });
    expect(rpcErrorDetails.BadRequest.decode(badRequest as Buffer).fieldViolations).toEqual([
      { field: 'events', description: 'has 2000 entries' },
    ]);
    expect(rpcErrorDetails.RetryInfo.decode(retryInfo as Buffer).retryDelay).toEqual({
      seconds: 1,
      nanos: 500_000_000,
    });
  });

  it.each([
    ['asks for no repetition of', 'not-found', 'FLAG_NOT_FOUND', ['-1']],
    ['asks for no repetition of', 'failed-precondition', 'INVALID_STATE', ['-1']],
    ['leaves it open to repeat', 'exhausted', 'QUOTA_EXCEEDED', []],
    ['leaves it open to repeat', 'unavailable', 'DATABASE_UNAVAILABLE', []],
  ] as const)('%s what is %s', (_does, kind, code, pushback) => {
    const { metadata } = statusOfError(new DomainError(kind, code, 'Failed.'));

    expect(metadata?.get('grpc-retry-pushback-ms')).toEqual(pushback);
  });

  it('tells nothing of a bug', () => {
    expect(statusOfError(new Error('password is hunter2'))).toEqual({
      code: status.INTERNAL,
      details: 'Internal error.',
    });
  });
});
