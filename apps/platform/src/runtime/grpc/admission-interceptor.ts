import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

import type { FailureStatus } from './status-of-error.js';

/** Why a call is refused by what its headers say; undefined: it is read. */
export type RefusalOf = (metadata: Metadata) => FailureStatus | undefined;

/**
 * Answers calls that are refused by their headers alone. Their messages are thrown away as they arrive: whoever sends
 * too much costs the process neither memory nor its collection.
 *
 * @param refusals of an RPC; undefined for one that reads every call.
 */
export function admissionInterceptor(refusals: (rpc: string) => RefusalOf | undefined): ServerInterceptor {
  return (method, call) => {
    const refusalOf = refusals(method.path);
    // The server takes any interceptable call, whatever its type says; another layer would only cost.
    if (!refusalOf) return call as ServerInterceptingCall;
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, continueWith) => {
            const refusal = refusalOf(metadata);
            if (refusal) call.sendStatus(refusal);
            else continueWith(metadata);
          },
        });
      },
    });
  };
}
