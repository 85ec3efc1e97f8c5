import { isUtf8 } from 'node:buffer';

import type { DescMethod, DescMethodServerStreaming, DescMethodUnary, DescService } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from '@connectrpc/connect';
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { MAX_MESSAGE_BYTES } from '../grpc/received-message.js';
import type { ServedMethod, ServedMethods } from '../grpc/served-methods.js';
import type { HttpCaller } from './connect-call.js';
import { answerJson, isPlainJson, sendError } from './connect-json.js';
import { callStream, callUnary, type Watch } from './rpc-bridge.js';

/** Messages somewhat over the limit are still read, so that they get a clear error of our own. */
const TRANSPORT_LIMIT_BYTES = MAX_MESSAGE_BYTES * 4;

const ORIGIN = createContextKey({ address: 'unknown', host: '' });

/**
 * Serves every unary RPC and server stream by the Connect protocol, in JSON and binary, and by gRPC-Web, to the handlers
 * of the gRPC server. Client streams are for gRPC alone.
 *
 * @param methods finds the handlers, once the gRPC server has them.
 */
export function openConnectDoor(
  fastify: FastifyInstance,
  services: readonly DescService[],
  methods: ServedMethods,
): void {
  const router = createConnectRouter({
    grpc: false,
    readMaxBytes: TRANSPORT_LIMIT_BYTES,
    acceptCompression: [compressionGzip],
  });
  const served = ({ parent, name }: DescMethod): ServedMethod => methods.served(`/${parent.typeName}/${name}`);
  for (const method of services.flatMap((service) => service.methods)) {
    // The kinds of methods differ in nothing else, so that TypeScript cannot tell them apart.
    if (method.methodKind === 'unary') {
      const unary = method as DescMethodUnary;
      router.rpc(unary, (message, context) =>
        callUnary(served(unary), unary, message, callerOf(context), watchOf(context)),
      );
    } else if (method.methodKind === 'server_streaming') {
      const stream = method as DescMethodServerStreaming;
      router.rpc(stream, (message, context) =>
        callStream(served(stream), stream, message, callerOf(context), watchOf(context)),
      );
    }
  }
  void fastify.register(async (scope: FastifyInstance) => {
    readBodies(scope);
    scope.setErrorHandler((error, _request, reply) => {
      sendError(reply, ConnectError.from(error, Code.InvalidArgument));
    });
    for (const handler of router.handlers) {
      const { method } = handler;
      const isUnary = method.methodKind === 'unary';
      scope.post(handler.requestPath, { childLoggerFactory: (logger) => logger }, (request, reply) => {
        if (isUnary && typeof request.body === 'string') {
          void answerJson(served(method), method, request, reply);
        } else {
          reply.hijack();
          void answer(handler, request, reply);
        }
      });
    }
  });
}

/** Reads the bodies of plain calls in JSON, and leaves all others to the library. */
function readBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, body, done) => {
    if (!isPlainJson(request)) {
      done(null);
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= TRANSPORT_LIMIT_BYTES) chunks.push(chunk);
    });
    body.once('error', done);
    body.once('end', () => {
      const whole = Buffer.concat(chunks);
      if (bytes > TRANSPORT_LIMIT_BYTES) done(new ConnectError('The body is too large.', Code.ResourceExhausted));
      else if (isUtf8(whole)) done(null, whole.toString());
      else done(new ConnectError('The body is not UTF-8.', Code.InvalidArgument));
    });
  });
}

/** Answers a request beside Fastify, with the headers that were set for every answer. */
async function answer(handler: UniversalHandler, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { ip: address, host, raw } = request;
  const values = createContextValues().set(ORIGIN, { address, host });
  try {
    const response = await handler(universalRequestFromNodeRequest(raw, reply.raw, undefined, values));
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    await universalResponseToNodeResponse(response, reply.raw);
  } catch (error) {
    // A caller that is gone hears no answer, and nobody else needs to hear of it.
    if (!reply.raw.destroyed) reply.log.error({ err: error, rpc: handler.requestPath }, 'an answer could not be sent');
    reply.raw.destroy();
  }
}

function callerOf({ values, requestHeader, timeoutMs }: HandlerContext): HttpCaller {
  return {
    ...values.get(ORIGIN),
    timeoutMs: timeoutMs(),
    header: (name) => requestHeader.get(name) ?? undefined,
  };
}

function watchOf({ signal }: HandlerContext): Watch {
  return (giveUp) => {
    const abort = (): void => {
      giveUp(ConnectError.from(signal.reason, Code.Canceled));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return () => {
      signal.removeEventListener('abort', abort);
    };
  };
}
