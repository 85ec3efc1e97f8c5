import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  type JetStreamManager,
  type StreamInfo,
  type StreamState,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { millis } from '@nats-io/transport-node';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';
import type { Logger } from 'pino';

import type {
  ErasedRecords,
  EventLog,
  Incarnation,
  LogEnd,
  LogHistory,
  LogRecord,
  NewRecord,
} from '../../application/event-log.js';
import type { UnitSubject } from '../../application/unit-store.js';
import { AcknowledgedPublisher } from './acknowledged-publisher.js';
import { ConsumerOffsets } from './consumer-offsets.js';
import { ensureStream } from './ensure-stream.js';
import { logUnavailable, reachingLog } from './jetstream-failure.js';
import type { JetStreamSettings } from './jetstream-settings.js';
import { NatsLink } from './nats-link.js';
import { eventSubjects, markOf, markSubject, messageOf } from './record-message.js';
import { type StreamIncarnation, StreamIncarnations } from './stream-incarnations.js';
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
  /** The server whose connection the newest incarnation of this process began with. */
  private server: string | undefined;
  private continuing: Promise<void> | undefined;

  private constructor(
    private readonly settings: JetStreamSettings,
    private readonly link: NatsLink,
    private readonly manager: JetStreamManager,
    private readonly offsets: ConsumerOffsets,
    private readonly incarnations: StreamIncarnations,
    private readonly logger: Logger,
    /** When the stream was made. */
    private readonly created: string,
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
      const { config, created } = await ensureStream(manager, settings);
      const bucket = await reachingLog(() =>
        // Not from any replica: one that lags behind would show an older offset.
        new Kvm(link.connection).create(`${settings.stream}-offsets`, {
          replicas: config.num_replicas,
          history: 1,
          allow_direct: false,
        }),
      );
      const incarnations = await StreamIncarnations.open(bucket, settings.stream);
      const log = new JetStreamEventLog(
        settings,
        link,
        manager,
        new ConsumerOffsets(bucket),
        incarnations,
        logger,
        created,
        millis(config.duplicate_window),
      );
      await log.continue();
      return log;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  async append(records: readonly NewRecord[]): Promise<readonly boolean[]> {
    const firsts = firstOfEachId(records);
    if (firsts.size === 0) return [];
    await this.continue();
    const floor = this.knownEnd;
    const messages = [...firsts.values()].map((record) => messageOf(this.stream, record));
    const acknowledgements = await this.publisher.publish(messages, performance.now() + this.settings.appendDeadlineMs);
    const isNew = new Array<boolean>(records.length).fill(false);
    for (const [position, index] of [...firsts.keys()].entries()) {
      const acknowledgement = acknowledgements[position];
      isNew[index] = acknowledgement?.isDuplicate === false;
      this.knownEnd = Math.max(this.knownEnd, acknowledgement?.offset ?? 0);
    }
    // A number that was given before: the stream went back, as a restore through the server's own interface makes it.
    if (acknowledgements.some(({ offset, isDuplicate }) => !isDuplicate && offset <= floor)) await this.beginAnew();
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
    const { incarnations } = await this.lives();
    return incarnations.at(-1)?.source ?? '';
  }

  async history(): Promise<LogHistory> {
    const { incarnations, state } = await this.lives();
    return { incarnations, end: state.last_seq, trimmedTo: Math.max(0, state.first_seq - 1) };
  }

  async beginAnew(): Promise<void> {
    this.logger.warn({ stream: this.stream }, 'the event log went back in time, as after a restore');
    await this.incarnations.begin({ created: this.created, server: this.server ?? '', after: 0 });
    this.knownEnd = 0;
  }

  async commitOffset(consumer: string, offset: number): Promise<void> {
    const { incarnations } = await this.lives();
    const newest = incarnations.at(-1);
    if (!newest) return;
    await this.offsets.commit(newest.source, consumer, offset);
    await this.trim(incarnations);
  }

  async committedOffset(consumer: string): Promise<number> {
    const { incarnations } = await this.lives();
    return this.offsets.reached(incarnations, consumer);
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

  /** Begins an incarnation when this process has another server than before: its files may have been restored. */
  private async continue(): Promise<void> {
    await this.link.up(performance.now() + this.settings.appendDeadlineMs);
    const server = this.link.connection.info?.server_id ?? '';
    if (this.continuing) return this.continuing;
    if (server === this.server) return;
    this.continuing = this.beginWith(server).finally(() => (this.continuing = undefined));
    return this.continuing;
  }

  private async beginWith(server: string): Promise<void> {
    const earlier = await this.incarnations.list();
    const before = earlier.at(-1);
    const { created, state } = await this.info();
    if (before?.created !== created) {
      if (before) this.tellOfLoss(before, await this.offsets.least(earlier));
      await this.incarnations.begin({ created, server, after: 0 });
    } else if (before.server !== server) {
      const begun = await this.incarnations.begin({ created, server, after: state.last_seq });
      // Those who follow the incarnation before have got what came until it was begun.
      await this.incarnations.extend(begun, (await this.info()).state.last_seq);
    }
    this.server = server;
    this.knownEnd = Math.min(this.knownEnd, state.last_seq);
  }

  /** The stream of the incarnation is gone, and with it what nobody has loaded. */
  private tellOfLoss({ created }: StreamIncarnation, loadedUntil = 0): void {
    this.logger.warn(
      { stream: this.stream, created, loadedUntil },
      'the stream of the event log was deleted, and another has its place: what it had acknowledged beyond the offset "loadedUntil" was not loaded and is lost',
    );
  }

  /** @throws DomainError EVENT_LOG_UNAVAILABLE also when the stream was replaced. */
  private async info(): Promise<StreamInfo> {
    const info = await reachingLog(() => this.manager.streams.info(this.stream));
    if (info.created === this.created) return info;
    throw logUnavailable(
      `the stream "${this.stream}" was replaced while this process followed it; restart the process`,
    );
  }

  private async lives(): Promise<{ readonly incarnations: readonly StreamIncarnation[]; readonly state: StreamState }> {
    const { state } = await this.info();
    await this.continue();
    const incarnations = await this.incarnations.list();
    return { incarnations, state };
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
  private async trim(incarnations: readonly Incarnation[]): Promise<void> {
    if (performance.now() < this.trimmedAtMs + TRIM_INTERVAL_MS) return;
    this.trimmedAtMs = performance.now();
    try {
      await this.trimmer.trim(incarnations, new Date(Date.now() - this.settings.retentionMs));
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
