import type { CallOptions, ClientUnaryCall, Metadata, ServiceError } from '@grpc/grpc-js';

import { rpcFailure } from './rpc-failure.js';

export type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/**
 * Calls a unary RPC.
 *
 * @param target names the platform in a failure.
 * @throws RpcFailure
 */
export function unaryCall<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  { metadata, timeoutMs, target }: { readonly metadata: Metadata; readonly timeoutMs: number; readonly target: string },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, metadata, { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (error) reject(rpcFailure(error, target));
      else resolve(response);
    });
  });
}
