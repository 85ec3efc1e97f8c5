/** What a consumer says about a message that it delivers. */
export interface Delivery {
  readonly streamSequence: number;
  /** Counts what the consumer delivered, from 1. */
  readonly consumerSequence: number;
  /** When the stream's leader took the message, in microseconds since the Unix epoch. */
  readonly timeMicros: number;
  /** How many messages the consumer still has to deliver after this one. */
  readonly pending: number;
}

const TOKENS = 9;

/**
 * Reads the reply subject of a delivery, `$JS.ACK.[domain.account.]stream.consumer.deliveries.stream sequence.consumer
 * sequence.nanoseconds.pending[.more]` (NATS ADR-15).
 */
export function parseDelivery(reply: string): Delivery {
  const tokens = reply.split('.');
  const start = tokens.length === TOKENS ? 5 : 7;
  const [streamSequence, consumerSequence, nanoseconds, pending] = tokens.slice(start, start + 4);
  if (tokens[0] !== '$JS' || pending === undefined) throw new Error(`"${reply}" is no delivery of JetStream.`);
  return {
    streamSequence: Number(streamSequence),
    consumerSequence: Number(consumerSequence),
    // Nanoseconds do not fit into a number.
    timeMicros: Number((nanoseconds ?? '').slice(0, -3)),
    pending: Number(pending),
  };
}
