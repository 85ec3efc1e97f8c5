import type { MethodDefinition } from '@grpc/grpc-js';

/** Lets a stream send what is encoded already, so that one message for many streams is encoded once. */
export function sendingEncoded(definition: MethodDefinition<unknown, unknown>): MethodDefinition<unknown, unknown> {
  const { responseSerialize } = definition;
  return {
    ...definition,
    responseSerialize: (message) => (Buffer.isBuffer(message) ? message : responseSerialize(message)),
  };
}
