import { Code } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import { statusOfError } from '../grpc/status-of-error.js';
import { connectErrorOf } from './connect-error.js';

describe('the Connect form of a failure', () => {
  it('says when to come again, in details and for HTTP', () => {
    const limit = new DomainError('exhausted', 'QUOTA_EXCEEDED', 'Too many.', { retryAfterMs: 1_500 });

    const { code, rawMessage, details, metadata } = connectErrorOf(statusOfError(limit));

    expect({ code, rawMessage }).toEqual({ code: Code.ResourceExhausted, rawMessage: 'Too many.' });
    expect(details.map((detail) => ('type' in detail ? detail.type : ''))).toEqual([
      'google.rpc.ErrorInfo',
      'google.rpc.RetryInfo',
    ]);
    expect(metadata.get('Retry-After')).toBe('2');
  });

  it('tells nothing of a bug', () => {
    expect(connectErrorOf(new Error('password is hunter2'))).toMatchObject({
      code: Code.Internal,
      rawMessage: 'Internal error.',
    });
  });
});
