import { UnreadableMessage } from './received-message.js';

/** A message as received, decoded when somebody wants to know what is in it: who is refused is not read. */
export class DeferredMessage<T> {
  constructor(
    private readonly bytes: Buffer,
    private readonly decode: (bytes: Buffer) => T | UnreadableMessage,
  ) {}

  /** @throws DomainError MESSAGE_TOO_LARGE, INVALID_ARGUMENT when it cannot be decoded. */
  read(): T {
    const message = this.decode(this.bytes);
    if (message instanceof UnreadableMessage) throw message.error;
    return message;
  }
}
