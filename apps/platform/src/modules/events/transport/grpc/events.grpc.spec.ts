import type { ServerUnaryCall } from '@grpc/grpc-js';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { events } from '@sortition/contracts';
import type { Clock } from '@sortition/kernel';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { ClientStreamHandler, NativeGrpcRegistry, UnaryHandler } from '../../../../runtime/grpc/native-grpc.js';
import { EventWriter } from '../../application/event-writer.js';
import { PublishEventStream } from '../../application/publish-event-stream.js';
import { PublishEvents, type SubmittedBatch } from '../../application/publish-events.js';
import { InMemoryEventLog } from '../../testing/in-memory-event-log.js';
import { ENVIRONMENT, eventIdOf, ORGANIZATION } from '../../testing/new-record.js';
import { decodeBatch } from './decode-batch.js';
import { EventsGrpc } from './events.grpc.js';

type Publish = UnaryHandler<SubmittedBatch, events.PublishEventsResponse>;
type PublishStream = ClientStreamHandler<SubmittedBatch, events.PublishEventStreamResponse>;

const NOW = Date.UTC(2026, 4, 1, 12);
const { ACCEPTED, DUPLICATE, REJECTED } = events.EventStatus;
const principal: Principal = {
  organizationId: ORGANIZATION,
  organization: 'acme',
  keySelector: '0123456789ab',
  kind: 'client',
  environment: { id: ENVIRONMENT, project: 'shop', environment: 'production' },
};

describe('PublishEvents over gRPC', () => {
  let log: InMemoryEventLog;
  let handler: Publish;
  let streamHandler: PublishStream;

  beforeEach(() => {
    log = new InMemoryEventLog();
    const registry: NativeGrpcRegistry = {
      unary: () => undefined,
      admittedUnary: (_rpc, _decode, _admit, registered) => {
        handler = registered as unknown as Publish; // The fake registry knows one RPC of a kind only.
      },
      clientStream: (_rpc, _decode, registered) => {
        streamHandler = registered as unknown as PublishStream;
      },
      serverStream: () => undefined,
      duplex: () => undefined,
    };
    const clock: Clock = { now: () => NOW };
    const publishEvents = new PublishEvents(new EventWriter(log), clock);
    new EventsGrpc(registry, publishEvents, new PublishEventStream(publishEvents, clock, clock)).onModuleInit();
  });

  /** Sends the request through its wire form, as the server would receive it. */
  const publish = async (
    request: Parameters<typeof events.PublishEventsRequest.fromPartial>[0],
    as: Principal = principal,
  ): Promise<events.PublishEventsResponse> => {
    const bytes = events.PublishEventsRequest.encode(events.PublishEventsRequest.fromPartial(request)).finish();
    const call = { request: decodeBatch(bytes) } as ServerUnaryCall<SubmittedBatch, events.PublishEventsResponse>;
    return handler(call, as);
  };
  const tracked = (number: number, value = 1): events.Event => ({
    id: eventIdOf(number),
    time: new Date(NOW),
    payload: {
      $case: 'tracked',
      value: {
        name: 'purchase',
        units: { targetingKey: 'u' },
        value,
        properties: { nested: { list: [1, 'a', null] } },
      },
    },
  });

  it('stores what it accepts', async () => {
    const exposure = { flag: 'f', variant: 'v', rule: 'r', experiment: 'x', phase: 1, unitAttribute: 'a', unit: 'u' };

    const { results } = await publish({
      events: [tracked(1), { id: eventIdOf(2), time: new Date(NOW), payload: { $case: 'exposure', value: exposure } }],
    });

    expect(results).toEqual([1, 2].map((n) => ({ id: eventIdOf(n), status: ACCEPTED, reason: '', message: '' })));
    expect(log.records).toMatchObject([
      {
        environmentId: ENVIRONMENT,
        kind: 'tracked',
        payload: { value: 1, properties: { nested: { list: [1, 'a', null] } } },
      },
      { environmentId: ENVIRONMENT, kind: 'exposure', payload: exposure },
    ]);
  });

  it('keeps the good events of a batch and says what is wrong with the others', async () => {
    await publish({ events: [tracked(1)] });

    const { results } = await publish({
      events: [
        tracked(1),
        { ...tracked(2), id: 'event-2' },
        tracked(3, Number.NaN),
        { id: eventIdOf(4), time: new Date(NOW) },
        { ...tracked(5), time: new Date('2031-01-01T00:00:00Z') },
        tracked(6),
        tracked(6),
      ],
    });

    expect(results.map(({ status }) => status)).toEqual([
      DUPLICATE,
      REJECTED,
      REJECTED,
      REJECTED,
      REJECTED,
      ACCEPTED,
      DUPLICATE,
    ]);
    expect(results.map(({ message }) => message)).toEqual([
      '',
      'id "event-2" is not a UUID.',
      'tracked.value "NaN" is not a finite number.',
      'payload is missing: set "exposure" or "tracked".',
      'time "2031-01-01T00:00:00.000Z" lies more than 10 minutes ahead.',
      '',
      '',
    ]);
    expect(log.records.map(({ eventId }) => eventId)).toEqual([eventIdOf(1), eventIdOf(6)]);
  });

  it('corrects times by the clock of the sender', async () => {
    await publish({ events: [{ ...tracked(1), time: new Date(NOW - 3_600_000) }], sentAt: new Date(NOW - 3_600_000) });

    expect(log.records[0]?.timeMicros).toBe(NOW * 1_000);
  });

  it('takes up to 1,000 events and refuses more as a whole', async () => {
    const batch = Array.from({ length: 1_000 }, (_, index) => tracked(index));

    await expect(publish({ events: batch })).resolves.toMatchObject({ results: { length: 1_000 } });
    await expect(publish({ events: [...batch, tracked(1_000)] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'events has 1001 entries; at most 1000 are allowed.',
      violations: [{ field: 'events' }],
    });
    expect(log.records.length).toBe(1_000);
  });

  it('counts what became of a stream and tells what is wrong', async () => {
    const encoded = (...batch: readonly events.Event[]): Uint8Array =>
      events.PublishEventStreamRequest.encode({ events: batch, sentAt: undefined }).finish();
    async function* requests(): AsyncGenerator<SubmittedBatch> {
      yield decodeBatch(encoded(tracked(1), tracked(2)));
      yield decodeBatch(encoded(tracked(2), { ...tracked(3), id: 'event-3' }));
    }

    const response = await streamHandler(requests(), principal, new AbortController().signal);

    expect(response).toEqual({
      batchCount: 2,
      acceptedCount: 2,
      duplicateCount: 1,
      rejectedCount: 1,
      quarantinedCount: 0,
      problems: [
        { id: 'event-3', status: REJECTED, reason: 'INVALID_ARGUMENT', message: 'id "event-3" is not a UUID.' },
      ],
    });
  });

  it('answers an empty batch with no results', async () => {
    await expect(publish({ events: [] })).resolves.toEqual({ results: [] });
  });

  it('refuses a key that names no environment', async () => {
    await expect(
      publish({ events: [tracked(1)] }, { ...principal, kind: 'admin', environment: undefined }),
    ).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});
