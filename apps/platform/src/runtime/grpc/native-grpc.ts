import type { RpcName } from '@sortition/contracts';
import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';

import type { Principal } from '../auth/principal.js';

/**
 * Handles a unary RPC. A synchronous result is sent without a promise in between.
 * What it throws or rejects with is mapped like every other error.
 */
export type UnaryHandler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  principal: Principal,
) => Response | Promise<Response>;

/**
 * Handles a server stream; it owns the call until the call ends. A Buffer that it writes is an encoded message. What it
 * rejects with ends the call, mapped like every other error; so does the loss of the caller's key.
 *
 * @param endWith takes how the stream ends when the process stops. Until then, it ends with the status OK.
 */
export type StreamHandler<Request, Response> = (
  call: ServerWritableStream<Request, Response>,
  principal: Principal,
  endWith: (end: EndStream) => void,
) => Promise<void>;

/**
 * Handles a client stream. The messages are read one at a time, each when it is asked for, so a handler that asks for
 * none holds the sender back. They end when the sender ends the stream, sends nothing for a minute, or the process
 * stops; asking throws when the sender is gone or its key was revoked.
 *
 * @param gone aborted when the sender is gone and the answer is of no use.
 */
export type ClientStreamHandler<Request, Response> = (
  requests: AsyncIterable<Request>,
  principal: Principal,
  gone: AbortSignal,
) => Promise<Response>;

/**
 * Handles a stream in both directions: like {@link ClientStreamHandler}, with answers while the sender still sends and
 * after.
 *
 * @param write sends a message; resolves when there is room for the next one.
 */
export type DuplexHandler<Request, Response> = (
  requests: AsyncIterable<Request>,
  principal: Principal,
  gone: AbortSignal,
  write: (message: Response) => Promise<void>,
) => Promise<void>;

/** Reads a message; what it throws refuses the message as no valid one. */
export type Decoder<Request> = (bytes: Buffer) => Request;

/**
 * Decides whether a caller's request is read at all.
 *
 * @throws DomainError what the caller is answered.
 */
export type Admission = (principal: Principal) => void;

/** Ends a stream because the process stops. */
export type EndStream = () => void;

/** The API key that a call carries, for protocols whose clients cannot send `authorization`. */
export type CredentialOfCall<Request> = (call: {
  readonly request: Request;
  readonly metadata: Metadata;
  getHost(): string;
}) => string | undefined;

/** Where modules register RPCs that must not pay for Nest's request pipeline. Call it in onModuleInit. */
export interface NativeGrpcRegistry {
  /** @param credentialOf absent: the metadata `authorization`. */
  unary<Request, Response>(
    rpc: RpcName,
    handler: UnaryHandler<Request, Response>,
    credentialOf?: CredentialOfCall<Request>,
  ): void;
  /** A unary RPC whose request is decoded after its caller was authorized and admitted. */
  admittedUnary<Request, Response>(
    rpc: RpcName,
    decode: Decoder<Request>,
    admit: Admission,
    handler: UnaryHandler<Request, Response>,
  ): void;
  /** A client stream that is authorized anew with every message. */
  clientStream<Request, Response>(
    rpc: RpcName,
    decode: Decoder<Request>,
    handler: ClientStreamHandler<Request, Response>,
  ): void;
  /** A stream in both directions that is authorized anew with every message. */
  duplex<Request, Response>(rpc: RpcName, decode: Decoder<Request>, handler: DuplexHandler<Request, Response>): void;
  /**
   * A server stream, of which an organization may hold so many.
   *
   * @param credentialOf absent: the metadata `authorization`.
   */
  serverStream<Request, Response>(
    rpc: RpcName,
    handler: StreamHandler<Request, Response>,
    credentialOf?: CredentialOfCall<Request>,
  ): void;
}

export const NATIVE_GRPC_REGISTRY = Symbol('NativeGrpcRegistry');
