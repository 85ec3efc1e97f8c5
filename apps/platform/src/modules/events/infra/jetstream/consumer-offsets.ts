import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';

import type { Incarnation } from '../../application/event-log.js';
import { reachedOffset } from '../../application/reached-offset.js';
import { logUnavailable, reachingLog } from './jetstream-failure.js';

const ATTEMPTS = 10;

/** How far consumers have come in a log, in a bucket beside the stream, so that a full log does not stop them. */
export class ConsumerOffsets {
  constructor(private readonly bucket: KV) {}

  /** @param source the log that the offset belongs to; offsets of a log that was replaced do not count. */
  async commit(source: string, consumer: string, offset: number): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const entry = await reachingLog(() => this.bucket.get(keyOf(source, consumer)));
      if (entry !== null && Number(entry.string()) >= offset) return;
      if (await this.put(source, consumer, offset, entry?.revision ?? 0)) return;
    }
    throw logUnavailable(`the offset of the consumer "${consumer}" is being changed by too many at once`);
  }

  private async committed(source: string, consumer: string): Promise<number> {
    const entry = await reachingLog(() => this.bucket.get(keyOf(source, consumer)));
    return entry === null ? 0 : Number(entry.string());
  }

  /** How far the consumer has come; 0 when it never committed. */
  async reached(incarnations: readonly Incarnation[], consumer: string): Promise<number> {
    return (await reachedOffset(incarnations, (source) => this.committed(source, consumer))).offset;
  }

  /** The offset that every consumer of the log has reached; undefined when there is none. */
  async least(incarnations: readonly Incarnation[]): Promise<number | undefined> {
    const consumers = new Set<string>();
    const sources = new Set(incarnations.map(({ source }) => prefixOf(source)));
    await reachingLog(async () => {
      for await (const key of await this.bucket.keys('*.*')) {
        const [source = '', consumer = ''] = key.split('.');
        if (sources.has(source)) consumers.add(Buffer.from(consumer, 'hex').toString());
      }
    });
    const offsets: number[] = [];
    for (const consumer of consumers) offsets.push(await this.reached(incarnations, consumer));
    return offsets.length === 0 ? undefined : Math.min(...offsets);
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

/** Whether somebody else changed the entry meanwhile. */
export function isConflict(code: number): boolean {
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
