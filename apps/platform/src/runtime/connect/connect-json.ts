import { type DescMethod, fromJson, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { codeToHttpStatus, errorToJson } from '@connectrpc/connect/protocol-connect';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ServedMethod } from '../grpc/served-methods.js';
import type { HttpCaller } from './connect-call.js';
import { callUnary, type Watch } from './rpc-bridge.js';

const TIMEOUT = /^\d{1,10}$/;
const VERSION = '1';

/** Whether a request is one of the Connect protocol's plainest kind: a unary call in JSON that is not compressed. */
export function isPlainJson({ headers }: FastifyRequest): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  return /^application\/json(;|$)/.test(type) && encoding === 'identity';
}

/**
 * Answers a unary call of the Connect protocol in JSON without the streams, headers and signals of the Fetch standard,
 * through which the library sends every call, and which cost more than the call itself.
 */
export async function answerJson(
  served: ServedMethod,
  method: DescMethod,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  try {
    const caller = callerOf(request);
    const message = messageOf(method, request.body);
    const answer = await callUnary(served, method, message, caller, watchOf(reply, caller));
    // Sent as text: Node writes it together with its headers.
    void reply.type('application/json').send(JSON.stringify(toJson(method.output, answer)));
  } catch (error) {
    sendError(reply, ConnectError.from(error));
  }
}

/** Answers with a failure as the Connect protocol spells it. */
export function sendError(reply: FastifyReply, error: ConnectError): void {
  for (const [name, value] of error.metadata) void reply.header(name, value);
  void reply
    .code(codeToHttpStatus(error.code))
    .type('application/json')
    .send(JSON.stringify(errorToJson(error, undefined)));
}

/** @throws ConnectError naming what cannot be read. */
function messageOf(method: DescMethod, body: unknown): Message {
  let json: JsonValue;
  try {
    json = JSON.parse(body as string) as JsonValue;
  } catch (error) {
    throw new ConnectError('The body is no valid JSON.', Code.InvalidArgument, undefined, undefined, error);
  }
  try {
    return fromJson(method.input, json, { ignoreUnknownFields: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConnectError(reason.slice(0, 500), Code.InvalidArgument, undefined, undefined, error);
  }
}

/** @throws ConnectError for another version of the protocol, or a timeout that is none. */
function callerOf({ headers, ip: address, host }: FastifyRequest): HttpCaller {
  const version = headers['connect-protocol-version'];
  if (version !== undefined && version !== VERSION) {
    throw new ConnectError(`Connect-Protocol-Version must be "${VERSION}".`, Code.InvalidArgument);
  }
  const timeout = headers['connect-timeout-ms'];
  if (timeout !== undefined && (typeof timeout !== 'string' || !TIMEOUT.test(timeout))) {
    throw new ConnectError('Connect-Timeout-Ms must be a number of at most 10 digits.', Code.InvalidArgument);
  }
  return {
    address,
    host,
    timeoutMs: timeout === undefined ? undefined : Number(timeout),
    header: (name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

function watchOf({ raw }: FastifyReply, { timeoutMs }: HttpCaller): Watch {
  return (giveUp) => {
    const gone = (): void => {
      giveUp(new ConnectError('The caller is gone.', Code.Canceled));
    };
    const deadline =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => {
              giveUp(new ConnectError('The operation timed out.', Code.DeadlineExceeded));
            },
            // Longer than timers take is no deadline at all.
            Math.min(timeoutMs, 2 ** 31 - 1),
          );
    raw.once('close', gone);
    return () => {
      clearTimeout(deadline);
      raw.off('close', gone);
    };
  };
}
