import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';

import { logUnavailable, reachingLog } from './jetstream-failure.js';

const ATTEMPTS = 10;

/** How far consumers have come in a log, in a bucket beside the stream, so that a full log does not stop them. */
export class ConsumerOffsets {
  private constructor(private readonly bucket: KV) {}

  /** @throws DomainError EVENT_LOG_UNAVAILABLE. */
  static async open(connection: NatsConnection, stream: string, replicas: number): Promise<ConsumerOffsets> {
    const bucket = await reachingLog(() =>
      // Not from any replica: one that lags behind would show an older offset.
      new Kvm(connection).create(`${stream}-offsets`, { replicas, history: 1, allow_direct: false }),
    );
    return new ConsumerOffsets(bucket);
  }

  /** @param source the log that the offset belongs to; offsets of a log that was replaced do not count. */
  async commit(source: string, consumer: string, offset: number): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const entry = await reachingLog(() => this.bucket.get(keyOf(source, consumer)));
      if (entry !== null && Number(entry.string()) >= offset) return;
      if (await this.put(source, consumer, offset, entry?.revision ?? 0)) return;
    }
    throw logUnavailable(`the offset of the consumer "${consumer}" is being changed by too many at once`);
  }

  async committed(source: string, consumer: string): Promise<number> {
    const entry = await reachingLog(() => this.bucket.get(keyOf(source, consumer)));
    return entry === null ? 0 : Number(entry.string());
  }

  /** The offset that every consumer of the log has reached; undefined when there is none. */
  async least(source: string): Promise<number | undefined> {
    return reachingLog(async () => {
      const offsets: number[] = [];
      for await (const key of await this.bucket.keys(`${prefixOf(source)}.*`)) {
        const entry = await this.bucket.get(key);
        if (entry) offsets.push(Number(entry.string()));
      }
      return offsets.length === 0 ? undefined : Math.min(...offsets);
    });
  }

  /** False: somebody else changed the offset meanwhile. */
  private async put(source: string, consumer: string, offset: number, revision: number): Promise<boolean> {
    return reachingLog(async () => {
      try {
        await this.bucket.put(keyOf(source, consumer), String(offset), { previousSeq: revision });
        return true;
      } catch (error) {
        if (error instanceof JetStreamApiError && isConflict(error.code)) return false;
        throw error;
      }
    });
  }
}

function isConflict(code: number): boolean {
  return (
    code === JetStreamApiCodes.StreamWrongLastSequence || code === JetStreamApiCodes.StreamWrongLastSequenceUnknown
  );
}

function keyOf(source: string, consumer: string): string {
  return `${prefixOf(source)}.${Buffer.from(consumer).toString('hex')}`;
}

/** Keys allow few characters. */
function prefixOf(source: string): string {
  return Buffer.from(source).toString('hex');
}
