import { DomainError } from '@sortition/kernel';

/** Largest message that is read, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** `__proto__` as the first field of a message, which is where maps and variants have their keys. */
const LOST_KEY = Buffer.from('\n\t__proto__');

/** A request that was refused while it was read; it stands in for the request until somebody can answer. */
export class UnreadableMessage {
  constructor(readonly error: DomainError) {}
}

/**
 * Wraps a message's decoder so that a message which is too large or malformed gets a domain error of its own instead
 * of the transport's generic one.
 */
export function guardedDecoder<T>(rpc: string, decode: (bytes: Buffer) => T): (bytes: Buffer) => T | UnreadableMessage {
  return (bytes) => {
    if (bytes.length > MAX_MESSAGE_BYTES) {
      return new UnreadableMessage(
        new DomainError(
          'too-large',
          'MESSAGE_TOO_LARGE',
          `The request of ${rpc} has ${String(bytes.length)} bytes; at most ${String(MAX_MESSAGE_BYTES)} are read.`,
          { violations: [{ field: 'request', description: `has ${String(bytes.length)} bytes` }] },
        ),
      );
    }
    if (isWritten(rpc) && bytes.includes(LOST_KEY)) return new UnreadableMessage(lostKey(rpc));
    try {
      return decode(bytes);
    } catch (error) {
      return new UnreadableMessage(
        new DomainError('invalid', 'INVALID_ARGUMENT', `The request of ${rpc} is no valid message.`, {
          cause: error,
          violations: [{ field: 'request', description: 'cannot be decoded' }],
        }),
      );
    }
  };
}

/** What these RPCs receive is kept as it is; events are read, and refused, one by one. */
function isWritten(rpc: string): boolean {
  return rpc.startsWith('/sortition.admin.');
}

/** An object of JavaScript cannot hold the key: the decoder would drop it without a word. */
function lostKey(rpc: string): DomainError {
  const description = 'has a property or a key named "__proto__", which is not kept; rename it';
  return new DomainError('invalid', 'INVALID_ARGUMENT', `The request of ${rpc} ${description}.`, {
    violations: [{ field: 'request', description }],
  });
}
