import { beforeEach, describe, expect, it } from '@jest/globals';
import { headers, type Msg, type MsgCallback } from '@nats-io/transport-node';

import { AcknowledgedPublisher, type OutgoingMessage, type PublishingLink } from './acknowledged-publisher.js';

type Answer = string | undefined;

describe('AcknowledgedPublisher', () => {
  let server: FakeServer;
  let publisher: AcknowledgedPublisher;

  beforeEach(() => {
    server = new FakeServer();
    publisher = new AcknowledgedPublisher(server.link, 'LOG');
  });

  const messages = (count: number, length = 1): readonly OutgoingMessage[] =>
    Array.from({ length: count }, (_, index) => ({
      subject: `LOG.${String(index)}`,
      headers: headers(),
      body: 'x'.repeat(length),
    }));
  const publish = (count: number, withinMs = 5_000): ReturnType<AcknowledgedPublisher['publish']> =>
    publisher.publish(messages(count), performance.now() + withinMs);

  it('tells for each message where it is and whether it was there before, in whatever order they are answered', async () => {
    server.holds = true;

    const published = publish(2);
    await settled();
    server.answer(1, '{"stream":"LOG","seq":8,"duplicate":true}');
    server.answer(0, '{"stream":"LOG","seq":9}');

    await expect(published).resolves.toEqual([
      { offset: 9, isDuplicate: false },
      { offset: 8, isDuplicate: true },
    ]);
  });

  it('takes a repetition without a number for no promise and asks again', async () => {
    server.answers = ['{"stream":"LOG","seq":0,"duplicate":true}', '{"stream":"LOG","seq":5,"duplicate":true}'];

    await expect(publish(1)).resolves.toEqual([{ offset: 5, isDuplicate: true }]);
    expect(server.received).toBe(2);
  });

  it.each([
    ['nobody answers for the stream', ''],
    [
      'the stream has no majority',
      '{"stream":"LOG","seq":0,"error":{"code":503,"err_code":10008,"description":"no quorum"}}',
    ],
  ])('sends again while %s', async (_case, refusal) => {
    server.answers = [refusal, '{"stream":"LOG","seq":1}'];

    await expect(publish(1)).resolves.toEqual([{ offset: 1, isDuplicate: false }]);
  });

  it('sends again only what was not acknowledged', async () => {
    server.answers = ['{"stream":"LOG","seq":1}', '', '{"stream":"LOG","seq":2}'];

    await publish(2);

    expect(server.subjects).toEqual(['LOG.0', 'LOG.1', 'LOG.1']);
  });

  it('takes the answer to a sending that it had given up', async () => {
    server.holds = true;
    const published = publish(2, 6_000);
    await server.receives(4);

    server.answer(0, '{"stream":"LOG","seq":1}');
    server.answer(3, '{"stream":"LOG","seq":2,"duplicate":true}');

    await expect(published).resolves.toEqual([
      { offset: 1, isDuplicate: false },
      { offset: 2, isDuplicate: true },
    ]);
  });

  it('gives up at the deadline', async () => {
    server.holds = true;

    await expect(publish(3, 150)).rejects.toMatchObject({
      code: 'EVENT_LOG_UNAVAILABLE',
      message: expect.stringContaining('3 events were not acknowledged'),
    });
  });

  it.each([
    ['{"stream":"LOG","seq":0,"error":{"code":503,"err_code":10077,"description":"maximum bytes exceeded"}}', 'FULL'],
    ['{"stream":"LOG","seq":0,"error":{"code":500,"err_code":10023,"description":"insufficient resources"}}', 'FULL'],
    [
      '{"stream":"LOG","seq":0,"error":{"code":400,"err_code":10054,"description":"message size exceeds"}}',
      'UNAVAILABLE',
    ],
    ['{"stream":"OTHER","seq":1}', 'UNAVAILABLE'],
  ])('fails at once for %s', async (answer, code) => {
    server.answers = [answer];

    await expect(publish(1)).rejects.toMatchObject({ code: `EVENT_LOG_${code}` });
    expect(server.received).toBe(1);
  });

  it('has no more under way than it may, and goes on as answers come', async () => {
    server.holds = true;

    const published = publish(5_000);
    await settled();
    const underWay = server.received;
    for (let index = 0; index < 5_000; index += 1) {
      server.answer(index, `{"stream":"LOG","seq":${String(index + 1)}}`);
      if (index % 500 === 0) await settled();
    }

    expect(underWay).toBe(4_096);
    await expect(published).resolves.toHaveLength(5_000);
  });

  it('bounds the length under way, but sends a message of any length', async () => {
    server.holds = true;
    void publisher.publish(messages(3, 17 * 1024 * 1024), performance.now() + 1_000).catch(() => undefined);
    await settled();

    expect(server.received).toBe(1);
    server.answer(0, '{"stream":"LOG","seq":1}');
    await settled();
    expect(server.received).toBe(2);
    [1, 2].forEach((index) => server.answer(index, '{"stream":"LOG","seq":2}'));
  });
});

/** Answers what is published with its answers in turn; the last one serves for the rest. */
class FakeServer {
  answers: Answer[] = [];
  /** Whether nothing is answered but by {@link answer}. */
  holds = false;
  readonly subjects: string[] = [];
  private readonly replies: string[] = [];
  private deliver: MsgCallback<Msg> = () => undefined;

  readonly link: PublishingLink = {
    up: () => Promise.resolve(),
    connection: {
      subscribe: (_subject, options) => {
        this.deliver = options?.callback ?? this.deliver;
        return undefined as never; // The publisher never unsubscribes.
      },
      publish: (subject, _payload, options) => {
        this.subjects.push(subject);
        this.replies.push(options?.reply ?? '');
        if (this.holds) return;
        const index = this.received - 1;
        const answer = this.answers[Math.min(index, this.answers.length - 1)] ?? '';
        setImmediate(() => {
          this.answer(index, answer);
        });
      },
    },
  };

  get received(): number {
    return this.subjects.length;
  }

  async receives(count: number): Promise<void> {
    while (this.received < count) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  answer(index: number, text: string): void {
    const message = { subject: this.replies[index] ?? '', data: Buffer.from(text), string: () => text };
    void this.deliver(null, message as unknown as Msg); // The publisher looks at nothing else of a message.
  }
}

/** Lets everything that is due run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
