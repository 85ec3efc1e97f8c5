import { type DescMessage, type DescMethod, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';

import type { ServedMethod } from '../grpc/served-methods.js';
import { ConnectCall, type HttpCaller } from './connect-call.js';
import { connectErrorOf } from './connect-error.js';
import { ConnectStream } from './connect-stream.js';

/** Tells a call when its caller is gone or has waited long enough, until the returned function is called. */
export type Watch = (giveUp: (reason: ConnectError) => void) => () => void;

/**
 * Calls the handler of a unary RPC.
 *
 * @throws ConnectError what the handler fails with, or why the caller was given up.
 */
export async function callUnary(
  served: ServedMethod,
  method: DescMethod,
  message: Message,
  caller: HttpCaller,
  watch: Watch,
): Promise<Message> {
  const call = new ConnectCall(requestOf(served, method.input, message), served.definition.path, caller);
  const stop = watch((reason) => {
    call.giveUp(reason);
  });
  try {
    return answerMessage(served, method.output, await answerOf(served, call));
  } catch (error) {
    throw call.reason ?? connectErrorOf(error);
  } finally {
    stop();
  }
}

/** Calls the handler of a server stream. @throws ConnectError likewise. */
export async function* callStream(
  served: ServedMethod,
  method: DescMethod,
  message: Message,
  caller: HttpCaller,
  watch: Watch,
): AsyncGenerator<Message, void, undefined> {
  const call = new ConnectStream(requestOf(served, method.input, message), served.definition.path, caller);
  const stop = watch((reason) => {
    call.giveUp(reason);
  });
  try {
    served.handle(call);
    for await (const answer of call.messages()) yield answerMessage(served, method.output, answer);
  } catch (error) {
    throw call.reason ?? connectErrorOf(error);
  } finally {
    stop();
  }
}

/** A message as the handler's own decoder reads it. */
function requestOf({ definition }: ServedMethod, type: DescMessage, message: Message): unknown {
  return definition.requestDeserialize(Buffer.from(toBinary(type, message)));
}

function answerMessage({ definition }: ServedMethod, type: DescMessage, answer: unknown): Message {
  return fromBinary(type, definition.responseSerialize(answer));
}

/** The handler's answer, or its failure, or that the caller has given up. */
function answerOf(served: ServedMethod, call: ConnectCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call.once('cancelled', () => {
      reject(call.reason ?? new ConnectError('The caller is gone.', Code.Canceled));
    });
    served.handle(call, (error, answer) => {
      if (error) reject(connectErrorOf(error));
      else resolve(answer);
    });
  });
}
