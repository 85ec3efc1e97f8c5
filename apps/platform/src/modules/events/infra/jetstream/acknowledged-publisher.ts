import { setTimeout as pause } from 'node:timers/promises';

import { createInbox, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { DomainError } from '@sortition/kernel';

import { isFull, logFull, logUnavailable } from './jetstream-failure.js';
import type { NatsLink } from './nats-link.js';
import { type Acknowledgement, Publication } from './publication.js';

export interface OutgoingMessage {
  readonly subject: string;
  readonly headers: MsgHdrs;
  readonly body: string;
}

/** Messages under way at a time, of all callers. */
const MAX_IN_FLIGHT = 4_096;
/** Characters of messages under way at a time. */
const MAX_LENGTH_IN_FLIGHT = 16 * 1024 * 1024;
const RETRY_PAUSE_MS = 100;

/** What publishing needs of the connection. */
export interface PublishingLink extends Pick<NatsLink, 'up'> {
  readonly connection: Pick<NatsConnection, 'publish' | 'subscribe'>;
}

interface Pending {
  readonly publication: Publication;
  readonly index: number;
  readonly sending: number;
  readonly length: number;
  /** False: its sending was given up, but an answer may still come. */
  isUnderWay: boolean;
}

/** The answer of JetStream to a published message. */
interface Answer {
  readonly stream?: string;
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description: string };
}

/**
 * Publishes to a stream without waiting for one acknowledgement before the next message, up to a bound. What is not
 * acknowledged is sent again until the deadline; the message id keeps it from being stored twice.
 */
export class AcknowledgedPublisher {
  private readonly inbox = createInbox();
  private readonly pending = new Map<string, Pending>();
  private underWay = 0;
  private length = 0;
  private count = 0;
  private readonly roomWaiters: (() => void)[] = [];

  constructor(
    private readonly link: PublishingLink,
    private readonly stream: string,
  ) {
    link.connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.receive(message);
      },
    });
  }

  /**
   * Resolves when every message is stored on a majority of the stream's replicas.
   *
   * @param deadlineMs in the time of `performance.now()`, which no setting of the clock moves.
   * @throws DomainError EVENT_LOG_UNAVAILABLE when that is not known at the deadline; EVENT_LOG_FULL.
   */
  async publish(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly Acknowledgement[]> {
    const publication = new Publication(messages.length);
    const tokens: string[] = [];
    try {
      for (;;) {
        await this.link.up(deadlineMs);
        await this.send(messages, publication, deadlineMs, tokens);
        if (publication.failure) throw publication.failure;
        if (publication.isComplete) break;
        if (performance.now() + RETRY_PAUSE_MS >= deadlineMs) throw unacknowledged(messages.length, publication);
        await pause(RETRY_PAUSE_MS);
      }
    } finally {
      for (const token of tokens) this.settle(token);
    }
    return messages.map((_, index) => publication.acknowledged.get(index)).filter((answer) => answer !== undefined);
  }

  /** Sends what is not acknowledged; resolves when everything was answered or the stream has fallen silent. */
  private async send(
    messages: readonly OutgoingMessage[],
    publication: Publication,
    deadlineMs: number,
    tokens: string[],
  ): Promise<void> {
    const sent: string[] = [];
    for (const index of publication.begin(deadlineMs)) {
      const message = messages[index];
      if (!message || publication.acknowledged.has(index)) continue;
      while (!this.hasRoom(message) && !publication.isOver) await Promise.race([this.room(), publication.over]);
      if (publication.isOver) break;
      sent.push(this.sendOne(message, index, publication));
    }
    tokens.push(...sent);
    await publication.over;
    for (const token of sent) this.giveUp(this.pending.get(token));
  }

  private sendOne(message: OutgoingMessage, index: number, publication: Publication): string {
    const token = (this.count += 1).toString(36);
    const length = message.body.length;
    this.pending.set(token, { publication, index, sending: publication.sending, length, isUnderWay: true });
    this.underWay += 1;
    this.length += length;
    this.link.connection.publish(message.subject, message.body, {
      headers: message.headers,
      reply: `${this.inbox}.${token}`,
    });
    return token;
  }

  private receive(message: Msg): void {
    const pending = this.settle(message.subject.slice(this.inbox.length + 1));
    pending?.publication.answer(pending.index, pending.sending, this.outcomeOf(message));
  }

  /** Undefined: not stored for now, worth another attempt. */
  private outcomeOf(message: Msg): Acknowledgement | DomainError | undefined {
    // No responders: the stream has no leader at the moment.
    if (message.data.length === 0) return undefined;
    const { error, seq = 0, stream, duplicate = false } = JSON.parse(message.string()) as Answer;
    if (error) {
      if (isFull(error.err_code ?? 0, error.description)) return logFull(error.description);
      return error.code === 503 ? undefined : logUnavailable(`JetStream answered "${error.description}"`);
    }
    if (stream !== this.stream) return logUnavailable(`the stream "${stream ?? ''}" took events of "${this.stream}"`);
    // A repetition of a message that is itself still on its way to the replicas has no number yet and is not durable.
    return seq === 0 ? undefined : { offset: seq, isDuplicate: duplicate };
  }

  private settle(token: string): Pending | undefined {
    const pending = this.pending.get(token);
    this.pending.delete(token);
    this.giveUp(pending);
    return pending;
  }

  /** Gives the room of a message to others. */
  private giveUp(pending: Pending | undefined): void {
    if (!pending?.isUnderWay) return;
    pending.isUnderWay = false;
    this.underWay -= 1;
    this.length -= pending.length;
    for (const resume of this.roomWaiters.splice(0)) resume();
  }

  private hasRoom({ body }: OutgoingMessage): boolean {
    if (this.underWay === 0) return true;
    return this.underWay < MAX_IN_FLIGHT && this.length + body.length <= MAX_LENGTH_IN_FLIGHT;
  }

  private room(): Promise<void> {
    return new Promise((resolve) => this.roomWaiters.push(resolve));
  }
}

function unacknowledged(count: number, { acknowledged }: Publication): DomainError {
  return logUnavailable(`${String(count - acknowledged.size)} events were not acknowledged in time`);
}
