import type { Metadata } from '@grpc/grpc-js';

/** gRPC libraries of languages whose providers cut an integer down to 32 bits without a word. */
const CUTTING_CLIENT = /\bgrpc-(?:java|dotnet)\b/;

const MIN_INT_32 = -(2 ** 31);
const MAX_INT_32 = 2 ** 31 - 1;

/** Whether the client that calls would make another number of an integer. Told by its `user-agent`. */
export function wouldCutInteger(metadata: Metadata, value: number): boolean {
  if (value >= MIN_INT_32 && value <= MAX_INT_32) return false;
  return metadata.get('user-agent').some((agent) => CUTTING_CLIENT.test(String(agent)));
}
