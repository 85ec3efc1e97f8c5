import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { nuid } from '@nats-io/transport-node';

import type { Incarnation } from '../../application/event-log.js';
import { isConflict } from './consumer-offsets.js';
import { logUnavailable, reachingLog } from './jetstream-failure.js';

const KEY = 'incarnations';
const ATTEMPTS = 10;
/** Whoever is further behind reads the whole log again. */
const MAX_KEPT = 100;

export interface StreamIncarnation extends Incarnation {
  /** When the stream was made, as the server tells it; another time is another stream. */
  readonly created: string;
  /** The server that the process was connected to that began it; a server has another id after a restart. */
  readonly server: string;
}

/**
 * The lives of a stream, in the bucket beside it. A server does not tell that its files were restored, but it had to be
 * started for that: whoever connects to another server than the last incarnation began with begins the next. So does whoever
 * is given a number that was given before.
 */
export class StreamIncarnations {
  private constructor(
    private readonly bucket: KV,
    private readonly stream: string,
    private known: readonly StreamIncarnation[],
  ) {}

  /** @throws DomainError EVENT_LOG_UNAVAILABLE. */
  static async open(bucket: KV, stream: string): Promise<StreamIncarnations> {
    const incarnations = new StreamIncarnations(bucket, stream, []);
    await incarnations.list();
    return incarnations;
  }

  /** The oldest first. */
  async list(): Promise<readonly StreamIncarnation[]> {
    const { list } = await this.read();
    return list;
  }

  /**
   * Adds one.
   *
   * @param of the stream and the server that it begins with; what the stream holds up to `after` goes on in it.
   */
  async begin({ created, server, after }: Omit<StreamIncarnation, 'source'>): Promise<StreamIncarnation> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { list, revision } = await this.read();
      const name = `nats/${this.stream}/${created}`;
      // The first of a stream has the name that it had before there were incarnations.
      const source = list.some((one) => one.source === name) ? `${name}/${nuid.next()}` : name;
      const begun = { source, after, created, server };
      if (await this.put([...list, begun].slice(-MAX_KEPT), revision)) return begun;
    }
    throw logUnavailable('its incarnations are being changed by too many at once');
  }

  /** The stream reached further when the incarnation began than was known. */
  async extend({ source }: StreamIncarnation, after: number): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { list, revision } = await this.read();
      const extended = list.map((one) => (one.source === source ? { ...one, after: Math.max(one.after, after) } : one));
      if (await this.put(extended, revision)) return;
    }
    throw logUnavailable('its incarnations are being changed by too many at once');
  }

  private async read(): Promise<{ readonly list: readonly StreamIncarnation[]; readonly revision: number }> {
    const entry = await reachingLog(() => this.bucket.get(KEY));
    if (entry !== null && entry.operation === 'PUT') this.known = entry.json<StreamIncarnation[]>();
    return { list: this.known, revision: entry?.revision ?? 0 };
  }

  /** False: somebody else changed them meanwhile. */
  private async put(list: readonly StreamIncarnation[], revision: number): Promise<boolean> {
    return reachingLog(async () => {
      try {
        await this.bucket.put(KEY, JSON.stringify(list), { previousSeq: revision });
        this.known = list;
        return true;
      } catch (error) {
        if (error instanceof JetStreamApiError && isConflict(error.code)) return false;
        throw error;
      }
    });
  }
}
