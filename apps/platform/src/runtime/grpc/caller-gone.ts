import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';

import { type EndingCall, whenCallEnds } from './when-call-ends.js';

/** Position of the call among the arguments with which Nest calls the handler of an RPC, after request and metadata. */
const CALL_INDEX = 2;

/** Aborted when the caller has cancelled its call, waits no longer, or has its answer. */
export function callerGone(call: EndingCall): AbortSignal {
  const gone = new AbortController();
  whenCallEnds(call, () => {
    gone.abort(nobodyWaits());
  });
  return gone.signal;
}

/** The same as a parameter of a method with `@GrpcMethod`. */
export const CallerGone = createParamDecorator((_options: unknown, context: ExecutionContext): AbortSignal =>
  callerGone(context.getArgByIndex<EndingCall>(CALL_INDEX)),
);

/** What work that nobody waits for ends with. */
export function nobodyWaits(): DomainError {
  return new DomainError(
    'unavailable',
    'SHUTTING_DOWN',
    'The sender has ended the call without waiting for its answer.',
  );
}
