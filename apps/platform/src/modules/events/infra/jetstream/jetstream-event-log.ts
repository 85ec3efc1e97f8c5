import { JetStreamApiCodes, JetStreamApiError, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { millis } from '@nats-io/transport-node';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';
import type { Logger } from 'pino';

import type { ErasedRecords, EventLog, LogEnd, LogRecord, NewRecord } from '../../application/event-log.js';
import type { UnitSubject } from '../../application/unit-store.js';
import { AcknowledgedPublisher } from './acknowledged-publisher.js';
import { ConsumerOffsets } from './consumer-offsets.js';
import { ensureStream } from './ensure-stream.js';
import { logUnavailable, reachingLog } from './jetstream-failure.js';
import type { JetStreamSettings } from './jetstream-settings.js';
import { NatsLink } from './nats-link.js';
import { eventSubjects, markOf, markSubject, messageOf } from './record-message.js';
import { StreamReader } from './stream-reader.js';
import { StreamTrimmer } from './stream-trimmer.js';
import { offsetsOfUnit, removeMessage } from './units-of-stream.js';

const CALL_DEADLINE_MS = 5_000;
/** How often a process looks for events that can be deleted. */
const TRIM_INTERVAL_MS = 60_000;

interface Position {
  readonly offset: number;
  readonly time: Date;
}

/** The log in a stream of NATS JetStream. docs/adr/0012 tells what it guarantees and how the stream is sized. */
export class JetStreamEventLog implements EventLog, OnApplicationShutdown {
  private readonly stream: string;
  private readonly publisher: AcknowledgedPublisher;
  private readonly reader: StreamReader;
  private readonly trimmer: StreamTrimmer;
  private trimmedAtMs = -Infinity;
  /** The log reaches at least this far, whatever a replica that lags behind shows. */
  private knownEnd = 0;
  private knownSource: string | undefined;

  private constructor(
    private readonly settings: JetStreamSettings,
    private readonly link: NatsLink,
    private readonly manager: JetStreamManager,
    private readonly offsets: ConsumerOffsets,
    private readonly logger: Logger,
    readonly duplicateWindowMs: number,
  ) {
    this.stream = settings.stream;
    this.publisher = new AcknowledgedPublisher(link, this.stream);
    this.reader = new StreamReader(link.connection, manager, this.stream);
    this.trimmer = new StreamTrimmer(manager, offsets, this.stream);
  }

  /**
   * Connects, and makes the stream unless it is there.
   *
   * @throws DomainError EVENT_LOG_UNAVAILABLE when no server answers; INVALID_CONFIGURATION when the stream that is
   *   there cannot be used. The messages say what to do.
   */
  static async open(settings: JetStreamSettings, logger: Logger): Promise<JetStreamEventLog> {
    const link = await NatsLink.open(settings, logger);
    try {
      const manager = await reachingLog(() => jetstreamManager(link.connection, { timeout: CALL_DEADLINE_MS }));
      const config = await ensureStream(manager, settings);
      const offsets = await ConsumerOffsets.open(link.connection, settings.stream, config.num_replicas);
      return new JetStreamEventLog(settings, link, manager, offsets, logger, millis(config.duplicate_window));
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  async append(records: readonly NewRecord[]): Promise<readonly boolean[]> {
    const firsts = firstOfEachId(records);
    if (firsts.size === 0) return [];
    const messages = [...firsts.values()].map((record) => messageOf(this.stream, record));
    const acknowledgements = await this.publisher.publish(messages, performance.now() + this.settings.appendDeadlineMs);
    const isNew = new Array<boolean>(records.length).fill(false);
    for (const [position, index] of [...firsts.keys()].entries()) {
      const acknowledgement = acknowledgements[position];
      isNew[index] = acknowledgement?.isDuplicate === false;
      this.knownEnd = Math.max(this.knownEnd, acknowledgement?.offset ?? 0);
    }
    return isNew;
  }

  read(after: number, limit: number): Promise<readonly LogRecord[]> {
    return this.reader.read(after, limit, () => this.reachesBeyond(after));
  }

  /**
   * Puts a mark into the stream. It goes the way of every event, so all that was acknowledged lies before it, and its
   * time is the stream's own.
   */
  async end(): Promise<LogEnd> {
    const time = await this.mark();
    const last = await this.lastOf(eventSubjects(this.stream));
    const offset = last?.offset ?? 0;
    this.knownEnd = offset;
    return { offset, time: time ?? last?.time ?? new Date(0) };
  }

  async source(): Promise<string> {
    const { created } = await reachingLog(() => this.manager.streams.info(this.stream));
    const source = `nats/${this.stream}/${created}`;
    this.knownSource ??= source;
    if (source === this.knownSource) return source;
    throw logUnavailable(
      `the stream "${this.stream}" was replaced while this process followed it; restart the process`,
    );
  }

  async commitOffset(consumer: string, offset: number): Promise<void> {
    const source = await this.source();
    await this.offsets.commit(source, consumer, offset);
    await this.trim(source);
  }

  async committedOffset(consumer: string): Promise<number> {
    return this.offsets.committed(await this.source(), consumer);
  }

  async eraseUnit(subject: UnitSubject): Promise<ErasedRecords> {
    let count = 0;
    let lastOffset = 0;
    for await (const offset of this.offsetsOf(subject)) {
      if (await removeMessage(this.manager, this.stream, offset)) count += 1;
      lastOffset = offset;
    }
    return { count, lastOffset };
  }

  async countUnit(subject: UnitSubject): Promise<number> {
    let count = 0;
    for await (const offset of this.offsetsOf(subject)) count += offset > 0 ? 1 : 0;
    return count;
  }

  /** After the loader and the writers have come to their end. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Ends the connection. Appends under way reject. */
  close(): Promise<void> {
    return this.link.close();
  }

  private async *offsetsOf(subject: UnitSubject): AsyncGenerator<number> {
    const { offset } = await this.end();
    // A cursor of its own: the one of `reader` follows the end.
    const reader = new StreamReader(this.link.connection, this.manager, this.stream);
    yield* offsetsOfUnit(reader, offset, subject);
  }

  /** Time of the mark; undefined when the log is full and takes none: then the last event is the mark. */
  private async mark(): Promise<Date | undefined> {
    try {
      await this.publisher.publish([markOf(this.stream)], performance.now() + CALL_DEADLINE_MS);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'EVENT_LOG_FULL') return undefined;
      throw error;
    }
    // Another process may have put a later mark behind it, which serves as well.
    return (await this.lastOf(markSubject(this.stream)))?.time;
  }

  private async lastOf(subject: string): Promise<Position | undefined> {
    return reachingLog(async () => {
      try {
        const message = await this.manager.streams.getMessage(this.stream, { last_by_subj: subject });
        return message === null ? undefined : { offset: message.seq, time: message.time };
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.NoMessageFound) return undefined;
        throw error;
      }
    });
  }

  /** What is not deleted now is deleted later; the consumer need not care. */
  private async trim(source: string): Promise<void> {
    if (performance.now() < this.trimmedAtMs + TRIM_INTERVAL_MS) return;
    this.trimmedAtMs = performance.now();
    try {
      await this.trimmer.trim(source, new Date(Date.now() - this.settings.retentionMs));
    } catch (error) {
      this.logger.warn({ err: error }, 'deleting old events from the event log failed, trying again later');
    }
  }

  private async reachesBeyond(after: number): Promise<boolean> {
    if (this.knownEnd > after) return (await this.end()).offset > after;
    return ((await this.lastOf(eventSubjects(this.stream)))?.offset ?? 0) > after;
  }
}

/** By index; a stream can tell repetitions apart only once the first is stored. */
function firstOfEachId(records: readonly NewRecord[]): ReadonlyMap<number, NewRecord> {
  const seen = new Set<string>();
  const firsts = new Map<number, NewRecord>();
  for (const [index, record] of records.entries()) {
    const id = `${record.environmentId} ${record.eventId}`;
    if (!seen.has(id)) firsts.set(index, record);
    seen.add(id);
  }
  return firsts;
}
