import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { type ChangeHint, ChangeStream } from './change-stream.js';
import { ScriptedEventSource } from './testing/scripted-event-source.js';

const globals = globalThis as { EventSource?: unknown };
const native = globals.EventSource;
let told: (ChangeHint | 'lost')[];
let stream: ChangeStream;

beforeEach(() => {
  jest.useFakeTimers();
  globals.EventSource = ScriptedEventSource;
  ScriptedEventSource.opened = [];
  told = [];
  stream = new ChangeStream('https://flags.example.com/base', {
    changed: (hint) => told.push(hint),
    lost: () => told.push('lost'),
  });
});

afterEach(() => {
  stream.pause();
  globals.EventSource = native;
  jest.useRealTimers();
});

describe('ChangeStream', () => {
  it.each([
    [{ type: 'sse', url: 'https://push.example.com/a?token=1' }, 'https://push.example.com/a?token=1'],
    [{ type: 'sse', endpoint: { requestUri: '/a?token=1' } }, 'https://flags.example.com/a?token=1'],
    [{ type: 'sse', endpoint: { origin: 'https://push.example.com', requestUri: '/a' } }, 'https://push.example.com/a'],
  ])('opens %j', (named, url) => {
    stream.follow([{ type: 'other', url: 'https://ignored.example.com' }, named]);

    expect(ScriptedEventSource.opened.map((source) => source.url)).toEqual([url]);
  });

  it('keeps the stream that is open when another address is named', () => {
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
    stream.follow([{ type: 'sse', url: 'https://push.example.com/b' }]);

    expect(ScriptedEventSource.opened).toHaveLength(1);
  });

  it('tells changes that come together once, with the last hint', () => {
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.say({ type: 'refetchEvaluation', etag: '"1"' });
    ScriptedEventSource.last.say({ type: 'refetchEvaluation', etag: '"2"' });
    jest.runAllTimers();

    expect(told).toMatchObject([{ etag: '"2"' }]);
  });

  it.each([[{ type: 'unknown' }], ['no JSON'], ['null']])('ignores %j', (message) => {
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.say(message);
    jest.runAllTimers();

    expect(told).toEqual([]);
  });

  it('looks for what it missed once an interrupted stream is open again', () => {
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.fail('tries again');
    expect(told).toEqual([]);
    ScriptedEventSource.last.open();
    jest.runAllTimers();

    expect(told).toEqual([{}]);
  });

  it('asks for another address when the browser gives up, later each time', () => {
    const waits = [1, 2, 3].map(() => {
      stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
      ScriptedEventSource.last.fail('gives up');
      expect(stream.isLost).toBe(true);
      const before = Date.now();
      jest.runAllTimers();
      return Date.now() - before;
    });

    expect(told).toEqual(['lost', 'lost', 'lost']);
    for (const [index, least] of [500, 1_000, 2_000].entries()) expect(waits[index]).toBeGreaterThanOrEqual(least);
  });

  it('closes while paused and opens the same address again', () => {
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
    const first = ScriptedEventSource.last;
    stream.pause();
    stream.resume();

    expect(first.readyState).toBe(ScriptedEventSource.CLOSED);
    expect(ScriptedEventSource.opened.map(({ url }) => url)).toEqual(Array(2).fill('https://push.example.com/a'));
  });

  it('closes when no stream is named any more', () => {
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);
    stream.follow([]);

    expect(ScriptedEventSource.last.readyState).toBe(ScriptedEventSource.CLOSED);
  });

  it('does nothing where there is no EventSource', () => {
    delete globals.EventSource;
    stream.follow([{ type: 'sse', url: 'https://push.example.com/a' }]);

    expect(ScriptedEventSource.opened).toEqual([]);
    expect(stream.isLost).toBe(false);
  });
});
