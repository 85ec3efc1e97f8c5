import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';
import type { Any } from '@sortition/contracts';

import { describeFailure } from '../failure/describe-failure.js';
import { rpcFailure } from './rpc-failure.js';

function serviceError(code: status, details: string, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}

function refusal(
  reason: string,
  details: string,
  violations: readonly { field: string; description: string }[],
): ServiceError {
  const { ErrorInfo, BadRequest, Status } = { ...rpcErrorDetails, ...rpcStatus };
  const pack = (name: string, value: Uint8Array): Any => ({
    typeUrl: `type.googleapis.com/google.rpc.${name}`,
    value: Buffer.from(value),
  });
  const metadata = new Metadata();
  const packed = [
    pack('ErrorInfo', ErrorInfo.encode({ reason, domain: 'sortition', metadata: {} }).finish()),
    pack('BadRequest', BadRequest.encode({ fieldViolations: [...violations] }).finish()),
  ];
  metadata.set(
    'grpc-status-details-bin',
    Buffer.from(Status.encode({ code: 3, message: details, details: packed }).finish()),
  );
  return serviceError(status.INVALID_ARGUMENT, details, metadata);
}

describe('a failed call', () => {
  it("repeats the platform's words and code, with the fields that they leave out", () => {
    const error = refusal('INVALID_ARGUMENT', 'The flag is malformed.', [
      { field: 'flag.key', description: '"A" is no key' },
    ]);

    expect(describeFailure(rpcFailure(error, 'here:1'))).toBe(
      'The flag is malformed. flag.key "A" is no key [INVALID_ARGUMENT]',
    );
  });

  it('puts each of several problems on a line of its own, whatever stands in them', () => {
    const error = refusal('INVALID_CONFIGURATION', 'flags[0].type must be boolean, got "bool" (and 2 more).', [
      { field: 'flags[0].type', description: 'must be boolean, got "bool"' },
      { field: 'flags[1].key', description: 'must be a key, got "a\nb\u001b[2J"' },
      { field: 'flags[2].key', description: 'must be a key, got "\u202egnp"' },
    ]);

    expect(describeFailure(rpcFailure(error, 'here:1')).split('\n')).toEqual([
      'flags[0].type must be boolean, got "bool" (and 2 more). [INVALID_CONFIGURATION]',
      '  flags[1].key must be a key, got "a b\\u001b[2J"',
      '  flags[2].key must be a key, got "\\u202egnp"',
    ]);
  });

  it.each([
    [status.UNAVAILABLE, 'No platform answers at here:1: start one with "sortition start"'],
    [status.DEADLINE_EXCEEDED, 'did not answer in time'],
    [status.UNIMPLEMENTED, 'does not serve this'],
  ])('without an answer (status %i) says what to do next', (code, message) => {
    expect(describeFailure(rpcFailure(serviceError(code, 'x'), 'here:1'))).toContain(message);
  });
});
