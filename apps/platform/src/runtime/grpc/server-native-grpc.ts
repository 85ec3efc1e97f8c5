import { once } from 'node:events';

import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type MethodDefinition,
  type sendUnaryData,
  type Server,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { RpcName } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';
import type { Logger } from 'pino';

import type { Authenticator } from '../auth/authenticator.js';
import type { Principal } from '../auth/principal.js';
import { callerAddress } from '../limits/caller-address.js';
import type { HeldStreams } from '../limits/held-streams.js';
import { recordRpc } from '../telemetry/request-telemetry.js';
import type { RefusalOf } from './admission-interceptor.js';
import { credentialOfCall } from './credential-of-call.js';
import { DeferredMessage } from './deferred-message.js';
import type {
  Admission,
  ClientStreamHandler,
  CredentialOfCall,
  Decoder,
  DuplexHandler,
  EndStream,
  NativeGrpcRegistry,
  StreamHandler,
  UnaryHandler,
} from './native-grpc.js';
import { PERMISSION_OF_RPC } from './permission-of-rpc.js';
import { guardedDecoder, UnreadableMessage } from './received-message.js';
import { requestsOf } from './request-stream.js';
import { type FailureStatus, statusOfError } from './status-of-error.js';
import { whenCallEnds } from './when-call-ends.js';
import { sendingEncoded } from './send-encoded-messages.js';

type Implementation =
  | handleUnaryCall<unknown, unknown>
  | handleBidiStreamingCall<unknown, unknown>
  | handleClientStreamingCall<unknown, unknown>
  | handleServerStreamingCall<unknown, unknown>;

/** How long a client stream may send nothing. */
const IDLE_MS = 60_000;

/** Puts RPCs on the bare grpc-js server: authorized, error-mapped, and nothing else in between. */
export class ServerNativeGrpc implements NativeGrpcRegistry {
  private readonly implementations = new Map<RpcName, Implementation>();
  private readonly decoders = new Map<RpcName, Decoder<unknown>>();
  private readonly refusals = new Map<string, RefusalOf>();
  private readonly openStreams = new Set<{ end: () => void }>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly heldStreams: HeldStreams,
    private readonly logger: Logger,
  ) {}

  unary<Request, Response>(
    rpc: RpcName,
    handler: UnaryHandler<Request, Response>,
    credentialOf: CredentialOfCall<Request> = ({ metadata }) => credentialOfCall(metadata),
  ): void {
    const permission = PERMISSION_OF_RPC[rpc];
    const run = (
      call: ServerUnaryCall<Request, Response>,
      callback: sendUnaryData<Response>,
      principal: Principal,
    ): void => {
      const result = handler(call, principal);
      if (!(result instanceof Promise)) {
        callback(null, result);
        return;
      }
      result.then(
        (value) => {
          callback(null, value);
        },
        (error: unknown) => {
          this.fail(rpc, error, callback);
        },
      );
    };
    this.register(rpc, (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
      try {
        if (call.request instanceof UnreadableMessage) throw call.request.error;
        const credential = credentialOf(call);
        const known = this.authenticator.authorizeCached(credential, permission);
        if (known) {
          run(call, callback, known);
          return;
        }
        this.authenticator.authorize(credential, permission, callerAddress(call.getPeer())).then(
          (principal) => {
            try {
              run(call, callback, principal);
            } catch (error) {
              this.fail(rpc, error, callback);
            }
          },
          (error: unknown) => {
            this.fail(rpc, error, callback);
          },
        );
      } catch (error) {
        this.fail(rpc, error, callback);
      }
    });
  }

  admittedUnary<Request, Response>(
    rpc: RpcName,
    decode: Decoder<Request>,
    admit: Admission,
    handler: UnaryHandler<Request, Response>,
  ): void {
    this.decoders.set(rpc, decode);
    this.refusals.set(rpc, this.refusalBy(rpc, admit));
    this.unary<Request, Response>(rpc, (call, principal) => {
      // Others may have been admitted while the message was on its way.
      admit(principal);
      // The decoder of a deferred RPC leaves this in place of the request.
      const message: unknown = call.request;
      if (message instanceof DeferredMessage) call.request = message.read() as Request;
      return handler(call, principal);
    });
  }

  clientStream<Request, Response>(
    rpc: RpcName,
    decode: Decoder<Request>,
    handler: ClientStreamHandler<Request, Response>,
  ): void {
    this.decoders.set(rpc, decode);
    this.register(
      rpc,
      (call: ServerReadableStream<DeferredMessage<Request>, Response>, callback: sendUnaryData<Response>): void => {
        this.receive(rpc, call, handler).then(
          (response) => {
            callback(null, response);
          },
          (error: unknown) => {
            if (!call.cancelled) this.fail(rpc, error, callback);
          },
        );
      },
    );
  }

  duplex<Request, Response>(rpc: RpcName, decode: Decoder<Request>, handler: DuplexHandler<Request, Response>): void {
    this.decoders.set(rpc, decode);
    this.register(rpc, (call: ServerDuplexStream<DeferredMessage<Request>, Response>): void => {
      const write = async (message: Response): Promise<void> => {
        if (!call.write(message)) await Promise.race([once(call, 'drain'), once(call, 'cancelled')]);
      };
      const handle: ClientStreamHandler<Request, void> = (requests, principal, gone) =>
        handler(requests, principal, gone, write);
      this.receive(rpc, call, handle).then(
        () => {
          call.end();
        },
        (error: unknown) => {
          if (call.cancelled) return;
          this.report(rpc, error);
          call.emit('error', statusOfError(error));
        },
      );
    });
  }

  /** Gives a handler the messages of a sender, and keeps the stream among those that end with the process. */
  private async receive<Request, Response>(
    rpc: RpcName,
    call:
      ServerReadableStream<DeferredMessage<Request>, unknown> | ServerDuplexStream<DeferredMessage<Request>, unknown>,
    handler: ClientStreamHandler<Request, Response>,
  ): Promise<Response> {
    const permission = PERMISSION_OF_RPC[rpc];
    const credential = credentialOfCall(call.metadata);
    const stopping = new AbortController();
    const gone = new AbortController();
    const stream = {
      end: () => {
        stopping.abort();
      },
    };
    const authorize = (): Principal | Promise<Principal> =>
      this.authenticator.authorizeCached(credential, permission) ??
      this.authenticator.authorize(credential, permission, callerAddress(call.getPeer()));
    call.once('cancelled', () => {
      gone.abort();
    });
    this.openStreams.add(stream);
    try {
      const principal = await authorize();
      const requests = requestsOf<Request>(call, { idleMs: IDLE_MS, stopping: stopping.signal }, authorize);
      return await handler(requests, principal, gone.signal);
    } finally {
      this.openStreams.delete(stream);
    }
  }

  serverStream<Request, Response>(
    rpc: RpcName,
    handler: StreamHandler<Request, Response>,
    credentialOf: CredentialOfCall<Request> = ({ metadata }) => credentialOfCall(metadata),
  ): void {
    const permission = PERMISSION_OF_RPC[rpc];
    this.register(rpc, (call: ServerWritableStream<Request, Response>) => {
      const fail = (error: unknown): void => {
        this.report(rpc, error);
        call.emit('error', statusOfError(error));
      };
      const start = async (): Promise<void> => {
        if (call.request instanceof UnreadableMessage) throw call.request.error;
        const address = callerAddress(call.getPeer());
        const principal = await this.authenticator.authorize(credentialOf(call), permission, address);
        if (call.cancelled) return;
        const leave = this.heldStreams.add({ principal, permission, address, refuse: fail });
        const stream: { end: EndStream } = { end: () => call.end() };
        this.openStreams.add(stream);
        whenCallEnds(call, () => {
          leave();
          this.openStreams.delete(stream);
        });
        await handler(call, principal, (end) => {
          stream.end = end;
        });
      };
      start().catch(fail);
    });
  }

  /** Refuses calls before their messages are read. */
  refusalOf(rpc: string): RefusalOf | undefined {
    return this.refusals.get(rpc);
  }

  /** Ends the streams, which would otherwise keep a server that shuts down waiting; their callers turn elsewhere. */
  endStreams(): void {
    for (const stream of this.openStreams) stream.end();
  }

  /** RPCs that modules registered; Nest must leave them alone. */
  has(rpc: string): boolean {
    return this.implementations.has(rpc as RpcName);
  }

  /** Adds the registered RPCs of a service to the server. */
  attach(server: Server, service: ServiceDefinition): void {
    const methods: Record<string, MethodDefinition<unknown, unknown>> = {};
    const implementation: UntypedServiceImplementation = {};
    for (const [name, definition] of Object.entries(service)) {
      const handler = this.implementations.get(definition.path as RpcName);
      if (!handler) continue;
      methods[name] = this.wireFormOf(definition);
      implementation[name] = handler;
    }
    if (Object.keys(methods).length > 0) server.addService(methods, implementation);
  }

  private wireFormOf(definition: MethodDefinition<unknown, unknown>): MethodDefinition<unknown, unknown> {
    if (definition.responseStream && !definition.requestStream) return sendingEncoded(definition);
    const decode = this.decoders.get(definition.path as RpcName);
    if (!decode) return definition;
    const guarded = guardedDecoder(definition.path, decode);
    return { ...definition, requestDeserialize: (bytes) => new DeferredMessage(bytes, guarded) };
  }

  private register(rpc: RpcName, implementation: unknown): void {
    if (this.implementations.has(rpc)) throw new Error(`Two modules register the RPC ${rpc}.`);
    this.implementations.set(rpc, timed(rpc, implementation as Implementation));
  }

  private fail<Response>(rpc: RpcName, error: unknown, callback: sendUnaryData<Response>): void {
    this.report(rpc, error);
    callback(statusOfError(error), null);
  }

  private refusalBy(rpc: RpcName, admit: Admission): RefusalOf {
    const permission = PERMISSION_OF_RPC[rpc];
    const refuse = (error: unknown): FailureStatus => {
      this.report(rpc, error);
      return statusOfError(error);
    };
    return (metadata, peer) => {
      const credential = credentialOfCall(metadata);
      try {
        const known = this.authenticator.authorizeCached(credential, permission);
        if (known) {
          admit(known);
          return undefined;
        }
      } catch (error) {
        return refuse(error);
      }
      return this.authenticator
        .authorize(credential, permission, callerAddress(peer))
        .then(admit)
        .then(() => undefined, refuse);
    };
  }

  private report(rpc: RpcName, error: unknown): void {
    if (!(error instanceof DomainError)) this.logger.error({ rpc, err: error }, 'unexpected failure of an RPC');
  }
}

/** Notes how long an RPC with one answer takes. A stream has no callback and lasts as long as its caller wants. */
function timed(rpc: RpcName, implementation: Implementation): Implementation {
  const serve = implementation as (call: unknown, callback?: sendUnaryData<unknown>) => void;
  return (call: unknown, callback?: sendUnaryData<unknown>): void => {
    if (!callback) {
      serve(call);
      return;
    }
    const receivedAtMs = performance.now();
    serve(call, (...answer) => {
      recordRpc(rpc, answer[0]?.code ?? status.OK, performance.now() - receivedAtMs);
      callback(...answer);
    });
  };
}
