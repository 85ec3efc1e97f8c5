import { describe, expect, it } from '@jest/globals';

import { readEvents, readExposures } from './read-batch.js';

const ID = '0190a000-0000-7000-8000-000000000001';
const event = { id: ID, time: '2026-05-01T12:00:00.25Z', tracked: { name: 'purchase', units: { targetingKey: 'u' } } };

describe('the JSON form of a batch', () => {
  it('is read as the message that it stands for', () => {
    const exposure = { flag: 'f', variant: 'v', experiment: 'x', phase: 2, unit: 'u' };

    const batch = readEvents({
      events: [event, { id: ID, time: '2026-05-01T14:00:00+02:00', exposure }],
      sentAt: '2026-05-01T12:00:01Z',
    });

    expect(batch).toEqual({
      sentAt: new Date('2026-05-01T12:00:01Z'),
      events: [
        {
          id: ID,
          time: new Date('2026-05-01T12:00:00.250Z'),
          payload: {
            kind: 'tracked',
            tracked: { name: 'purchase', units: { targetingKey: 'u' }, value: undefined, properties: undefined },
          },
        },
        {
          id: ID,
          time: new Date('2026-05-01T12:00:00Z'),
          payload: { kind: 'exposure', exposure: { ...exposure, rule: '', unitAttribute: '' } },
        },
      ],
    });
  });

  it.each([
    [undefined, 'body'],
    ['text', 'body'],
    [[], 'body'],
    [{}, 'events'],
    [{ events: 'all' }, 'events'],
    [{ events: [], sentAt: 'yesterday' }, 'sentAt'],
  ])('is refused as a whole when it is %o', (body, field) => {
    expect(() => readEvents(body)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', violations: [expect.objectContaining({ field })] }),
    );
  });

  it.each([
    [null, 'event'],
    [{ ...event, id: 7 }, 'id'],
    [{ ...event, time: 1_780_000_000 }, 'time'],
    [{ ...event, time: '2026-13-01T00:00:00Z' }, 'time'],
    [{ ...event, exposure: {} }, 'payload'],
    [{ ...event, tracked: 'purchase' }, 'tracked'],
    [{ ...event, tracked: { ...event.tracked, value: 'NaN' } }, 'tracked.value'],
    [{ ...event, tracked: { ...event.tracked, units: [] } }, 'tracked.units'],
    [{ ...event, tracked: { ...event.tracked, properties: 3 } }, 'tracked.properties'],
    [{ id: ID, time: event.time, exposure: { flag: 1 } }, 'exposure.flag'],
    [{ id: ID, time: event.time, exposure: { phase: '1' } }, 'exposure.phase'],
  ])('refuses the one event %o', (broken, field) => {
    const { events } = readEvents({ events: [event, broken] });

    expect(events[0]).not.toHaveProperty('rejection');
    expect(events[1]).toMatchObject({ rejection: { reason: 'INVALID_ARGUMENT', field } });
  });
});

describe('a batch of exposures', () => {
  const metadata = {
    'sortition.rule': 'half',
    'sortition.experiment': 'checkout',
    'sortition.phase': 2,
    'sortition.unitAttribute': 'account',
    'sortition.unit': 'a-1',
  };
  const exposure = { id: ID, time: '2026-05-01T12:00:00Z', flag: 'button', variant: 'green' };
  const read = (fields: object): unknown => readExposures({ exposures: [{ ...exposure, ...fields }] }).events[0];

  it('takes what an answer over OFREP holds', () => {
    expect(read({ metadata })).toEqual({
      id: ID,
      time: new Date('2026-05-01T12:00:00Z'),
      payload: {
        kind: 'exposure',
        exposure: {
          flag: 'button',
          variant: 'green',
          rule: 'half',
          experiment: 'checkout',
          phase: 2,
          unitAttribute: 'account',
          unit: 'a-1',
        },
      },
    });
  });

  it('takes the same without metadata, and prefers what stands beside it', () => {
    expect(read({ unit: 'a-2', metadata })).toMatchObject({ payload: { exposure: { unit: 'a-2', rule: 'half' } } });
    expect(read({ unit: 'a-2' })).toMatchObject({ payload: { exposure: { unit: 'a-2', rule: '', phase: 0 } } });
  });

  it.each([
    [{ metadata: 'none' }, 'metadata'],
    [{ flag: 7 }, 'exposure.flag'],
    [{ metadata: { 'sortition.phase': 'two' } }, 'exposure.phase'],
  ])('refuses the one exposure %o', (fields, field) => {
    expect(read(fields)).toMatchObject({ id: ID, rejection: { reason: 'INVALID_ARGUMENT', field } });
  });

  it('is refused as a whole when it is no list', () => {
    expect(() => readExposures({ events: [] })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
