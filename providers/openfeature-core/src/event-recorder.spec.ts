import { beforeEach, describe, expect, it } from '@jest/globals';

import { DEFAULT_EVENT_QUEUE, EventQueue } from './event-queue.js';
import { EventRecorder } from './event-recorder.js';
import { unrecordable } from './unrecordable.js';

const HALF = '\ud83d';
const ann = { targetingKey: 'ann' };

let queue: EventQueue;
let recorder: EventRecorder;
let dropped: unknown[];
let sent: unknown[];

beforeEach(() => {
  dropped = [];
  sent = [];
  const onDropped = (...loss: unknown[]): unknown => dropped.push(loss);
  queue = new EventQueue(
    async (events) => {
      sent.push(...events.map(({ payload }) => (payload.kind === 'tracked' ? payload.tracked : payload.exposure)));
      return 'done';
    },
    { ...DEFAULT_EVENT_QUEUE, onDropped },
  );
  recorder = new EventRecorder(queue, 100, ['company'], () => false, unrecordable);
});

describe('a tracked event', () => {
  it('is recorded exactly as it was passed', async () => {
    recorder.track(
      'bought',
      { targetingKey: 'ann', company: 7 },
      { value: -0.5, plan: '🙂', at: new Date(0), n: 3n as never },
    );
    await queue.close(100);

    expect(sent).toEqual([
      {
        name: 'bought',
        units: { targetingKey: 'ann', company: '7' },
        value: -0.5,
        properties: { plan: '🙂', at: '1970-01-01T00:00:00.000Z', n: '3' },
      },
    ]);
    expect(dropped).toEqual([]);
  });

  it.each([
    ['no unit', {}],
    ['an empty unit', { targetingKey: '', company: '' }],
    ['units that are null', { targetingKey: null as never }],
    ['a unit under another name only', { user: 'ann' }],
  ])('with %s is dropped, and that is told', async (_case, context) => {
    recorder.track('bought', context, { value: 1 });
    await queue.close(100);

    expect(sent).toEqual([]);
    expect(dropped).toEqual([['no-unit', 1, 'track("bought")']]);
  });

  const nested = (levels: number): object => (levels === 0 ? {} : { deeper: nested(levels - 1) });

  it.each([
    ['a value that is NaN', ann, { value: NaN }, 'value NaN'],
    ['an infinite value', ann, { value: -Infinity }, 'value -Infinity'],
    ['a value that is a text', ann, { value: '5' as never }, 'value 5'],
    ['a value that is null', ann, { value: null as never }, 'value null'],
    ['a fraction for a unit', { ...ann, company: 1.5 }, {}, 'unit company'],
    ['an object for a unit', { targetingKey: 'ann', company: {} }, {}, 'unit company'],
    ['half a character in its unit', { targetingKey: `a${HALF}` }, {}, 'half a surrogate pair'],
    ['half a character in a property', ann, { list: [{ text: HALF }] }, 'half a surrogate pair'],
    ['half a character in a property’s name', ann, { [HALF]: 1 }, 'half a surrogate pair'],
    ['NaN in a property', ann, { ratio: NaN }, 'NaN'],
    ['an invalid date', ann, { at: new Date(NaN) }, 'an invalid date'],
    ['a property "__proto__"', ann, JSON.parse('{"__proto__":1}') as object, 'a property named "__proto__"'],
    ['properties nested too deep', ann, nested(33), 'more than 32 levels of nesting'],
  ])('with %s is dropped, and that is told', async (_case, context, details, problem) => {
    recorder.track('bought', context, details);
    await queue.close(100);

    expect(sent).toEqual([]);
    expect(dropped).toEqual([['invalid', 1, `${problem} in track("bought")`]]);
  });

  it('may be nested as deep as is carried', async () => {
    recorder.track('bought', ann, { deep: nested(30) } as never);
    recorder.track('bought', ann, { deep: nested(31) } as never);
    await queue.close(100);

    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent).split('deeper')).toHaveLength(31);
    expect(dropped).toHaveLength(1);
  });

  it('with half a character in its name is dropped, and that is told', async () => {
    recorder.track(HALF, ann, {});
    await queue.close(100);

    expect(dropped).toMatchObject([['invalid', 1, expect.stringContaining('half a surrogate pair')]]);
  });

  it('for which it is too late is told as not sent', async () => {
    await queue.close(100);
    recorder.track('bought', ann, {});

    expect(dropped).toEqual([['unsent', 1, undefined]]);
  });
});

describe('an exposure', () => {
  it('of a unit that UTF-8 cannot carry is dropped, and that is told once', async () => {
    const assignment = { experiment: 'e', phase: 1, unitAttribute: 'targetingKey', unit: HALF };
    for (let read = 0; read < 3; read++) recorder.expose('flag', { variant: 'on', rule: 'r', assignment });
    await queue.close(100);

    expect(sent).toEqual([]);
    expect(dropped).toEqual([['invalid', 1, 'half a surrogate pair in the unit of "flag"']]);
  });
});
