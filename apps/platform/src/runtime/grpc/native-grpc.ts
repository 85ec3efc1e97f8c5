import type { RpcName } from '@sortition/contracts';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';

import type { Principal } from '../auth/principal.js';

/**
 * Handles a unary RPC. A synchronous result is sent without a promise in between.
 * What it throws or rejects with is mapped like every other error.
 */
export type UnaryHandler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  principal: Principal,
) => Response | Promise<Response>;

/** Handles a server stream; it owns the call until the call ends. A Buffer that it writes is an encoded message. */
export type StreamHandler<Request, Response> = (
  call: ServerWritableStream<Request, Response>,
  principal: Principal,
) => void;

/** Where modules register RPCs that must not pay for Nest's request pipeline. Call it in onModuleInit. */
export interface NativeGrpcRegistry {
  unary<Request, Response>(rpc: RpcName, handler: UnaryHandler<Request, Response>): void;
  serverStream<Request, Response>(rpc: RpcName, handler: StreamHandler<Request, Response>): void;
}

export const NATIVE_GRPC_REGISTRY = Symbol('NativeGrpcRegistry');
