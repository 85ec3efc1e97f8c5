import { setTimeout as pause } from 'node:timers/promises';

import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { createInbox, nanos, nuid, type NatsConnection } from '@nats-io/transport-node';

import type { LogRecord } from '../../application/event-log.js';
import { logUnavailable, reachingLog } from './jetstream-failure.js';
import { parseDelivery } from './parse-delivery.js';
import { eventSubjects, recordOf, type StoredMessage } from './record-message.js';

const DEADLINE_MS = 5_000;
const PULL_SILENCE_MS = 2_000;
const RETRY_PAUSE_MS = 50;
/** The server forgets a cursor that was not used for this long. */
const IDLE_MS = 60_000;

/** A consumer of the server that delivers what lies above an offset, in order. */
interface Cursor {
  readonly name: string;
  offset: number;
  delivered: number;
}

interface Pulled {
  readonly messages: readonly StoredMessage[];
  /** Why nothing more came, when that was no answer of the stream's. */
  readonly failure: string | undefined;
}

/** Reads the events of a stream by offset. Reading on costs one request; reading elsewhere makes a new cursor. */
export class StreamReader {
  private cursor: Cursor | undefined;
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly stream: string,
  ) {}

  /**
   * Events above `after`, at most `limit`. A cursor may sit on a replica that lags behind: when it shows nothing,
   * `reachesBeyond` decides whether there is something to wait for.
   *
   * @throws DomainError EVENT_LOG_UNAVAILABLE.
   */
  read(after: number, limit: number, reachesBeyond: () => Promise<boolean>): Promise<readonly LogRecord[]> {
    const read = this.lastRead.then(() => this.readNow(after, limit, reachesBeyond));
    this.lastRead = read.catch(() => undefined);
    return read;
  }

  private async readNow(
    after: number,
    limit: number,
    reachesBeyond: () => Promise<boolean>,
  ): Promise<readonly LogRecord[]> {
    const deadlineMs = performance.now() + DEADLINE_MS;
    for (;;) {
      const { messages, failure } = await this.pull(after, limit);
      if (failure !== undefined) this.forgetCursor();
      if (messages.length > 0) return messages.map(recordOf);
      if (failure === undefined && !(await reachesBeyond())) return [];
      if (performance.now() + RETRY_PAUSE_MS >= deadlineMs) {
        throw logUnavailable(failure ?? `nothing above offset ${String(after)} was delivered in time`);
      }
      await pause(RETRY_PAUSE_MS);
    }
  }

  private async pull(after: number, limit: number): Promise<Pulled> {
    const cursor = await this.cursorAt(after);
    const inbox = createInbox();
    const messages: StoredMessage[] = [];
    return new Promise((resolve) => {
      const finish = (failure?: string): void => {
        clearTimeout(silence);
        subscription.unsubscribe();
        resolve({ messages, failure });
      };
      const silence = setTimeout(() => finish('the stream fell silent'), PULL_SILENCE_MS);
      const subscription = this.connection.subscribe(inbox, {
        callback: (error, message) => {
          if (error) {
            finish(error.message);
            return;
          }
          const status = message.headers?.code ?? 0;
          // No (more) messages: the end of the stream. Anything else ends the cursor.
          if (status === 404 || status === 408) {
            finish();
            return;
          }
          if (status !== 0) {
            finish(message.headers?.description ?? `status ${String(status)}`);
            return;
          }
          const delivery = parseDelivery(message.reply ?? '');
          if (delivery.consumerSequence !== cursor.delivered + 1) {
            finish('a message was lost on its way');
            return;
          }
          cursor.delivered += 1;
          cursor.offset = delivery.streamSequence;
          messages.push({
            offset: delivery.streamSequence,
            receivedMicros: delivery.timeMicros,
            subject: message.subject,
            text: message.string(),
          });
          silence.refresh();
          if (messages.length === limit || delivery.pending === 0) finish();
        },
      });
      const request = JSON.stringify({ batch: limit, no_wait: true });
      this.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.stream}.${cursor.name}`, request, { reply: inbox });
    });
  }

  private async cursorAt(after: number): Promise<Cursor> {
    if (this.cursor?.offset === after) return this.cursor;
    this.forgetCursor();
    const name = `sortition-${nuid.next()}`;
    await reachingLog(() =>
      this.manager.consumers.add(this.stream, {
        name,
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: after + 1,
        filter_subject: eventSubjects(this.stream),
        inactive_threshold: nanos(IDLE_MS),
        mem_storage: true,
        num_replicas: 1,
      }),
    );
    this.cursor = { name, offset: after, delivered: 0 };
    return this.cursor;
  }

  private forgetCursor(): void {
    const { cursor } = this;
    this.cursor = undefined;
    // The server forgets it by itself if this does not arrive.
    if (cursor) this.manager.consumers.delete(this.stream, cursor.name).catch(() => undefined);
  }
}
