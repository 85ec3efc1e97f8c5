import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

import type { FailureStatus } from './status-of-error.js';

type Refusal = FailureStatus | undefined;

/** Why a call is refused by what its headers say; undefined: it is read. Without a promise when that is known at once. */
export type RefusalOf = (metadata: Metadata, peer: string) => Refusal | Promise<Refusal>;

/**
 * Answers calls that are refused by their headers alone. Their messages are thrown away as they arrive, and not taken
 * from the network before the answer is known: whoever sends too much costs the process neither memory nor its
 * collection.
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
            const proceed = (refusal: Refusal): void => {
              if (refusal) call.sendStatus(refusal);
              else continueWith(metadata);
            };
            const refusal = refusalOf(metadata, call.getPeer());
            if (refusal instanceof Promise) void refusal.then(proceed);
            else proceed(refusal);
          },
        });
      },
    });
  };
}
