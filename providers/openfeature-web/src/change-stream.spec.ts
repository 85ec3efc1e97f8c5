import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { type ChangeHint, ChangeStream } from './change-stream.js';
import { eventSource } from './event-source.js';
import { ScriptedEventSource } from './testing/scripted-event-source.js';

const BASE = 'https://flags.example.com/base';
const ADDRESS = 'https://push.example.com/a';
const globals = globalThis as { EventSource?: unknown };
const native = globals.EventSource;
let told: (ChangeHint | 'down' | 'up')[];
let stream: ChangeStream;

function newStream(tell = told): ChangeStream {
  const made: ChangeStream = new ChangeStream(eventSource, {
    changed: (hint) => tell.push(hint),
    turned: () => tell.push(made.isDown ? 'down' : 'up'),
  });
  return made;
}

beforeEach(() => {
  jest.useFakeTimers();
  globals.EventSource = ScriptedEventSource;
  ScriptedEventSource.opened = [];
  told = [];
  stream = newStream();
});

afterEach(() => {
  stream.pause();
  globals.EventSource = native;
  jest.useRealTimers();
});

const follow = (url = ADDRESS): void => stream.follow([{ type: 'sse', url }], BASE);
const opened = (): number => ScriptedEventSource.opened.length;

describe('ChangeStream', () => {
  it.each([
    [{ type: 'sse', url: 'https://push.example.com/a?token=1' }, 'https://push.example.com/a?token=1'],
    [{ type: 'sse', endpoint: { requestUri: '/a?token=1' } }, 'https://flags.example.com/a?token=1'],
    [{ type: 'sse', endpoint: { origin: 'https://push.example.com', requestUri: '/a' } }, 'https://push.example.com/a'],
  ])('opens %j', (named, url) => {
    stream.follow([{ type: 'other', url: 'https://ignored.example.com' }, named], BASE);

    expect(ScriptedEventSource.opened.map((source) => source.url)).toEqual([url]);
  });

  it('keeps the stream that lives when another address is named', () => {
    follow();
    ScriptedEventSource.last.open();
    follow('https://push.example.com/b');

    expect(opened()).toBe(1);
  });

  it('tells changes that come together once, with the last hint', () => {
    follow();
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.say({ type: 'refetchEvaluation', etag: '"1"' });
    ScriptedEventSource.last.say({ type: 'refetchEvaluation', etag: '"2"' });
    jest.advanceTimersByTime(1_000);

    expect(told).toMatchObject([{ etag: '"2"' }]);
  });

  it('passes on which state the platform has, though it says that nothing was missed', () => {
    follow();
    ScriptedEventSource.last.say({ type: 'connected', etag: '7-a', revision: 7 });
    jest.advanceTimersByTime(1_000);

    expect(told).toMatchObject([{ revision: 7 }]);
  });

  it.each([[{ type: 'unknown' }], ['no JSON'], ['null']])('ignores %j', (message) => {
    follow();
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.say(message);
    jest.advanceTimersByTime(1_000);

    expect(told).toEqual([]);
  });

  it('closes while paused, opens the same address again and looks for what it missed', () => {
    follow();
    const first = ScriptedEventSource.last;
    first.open();
    stream.pause();
    stream.resume();
    ScriptedEventSource.last.say({ type: 'connected' });
    jest.advanceTimersByTime(1_000);

    expect(first.readyState).toBe(ScriptedEventSource.CLOSED);
    expect(ScriptedEventSource.opened.map(({ url }) => url)).toEqual([ADDRESS, ADDRESS]);
    expect(told).toEqual([{ type: 'connected' }]);
  });

  it('closes when no stream is named any more', () => {
    follow();
    stream.follow([], BASE);

    expect(ScriptedEventSource.last.readyState).toBe(ScriptedEventSource.CLOSED);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('ChangeStream, when the stream breaks', () => {
  it('opens it again by itself, without alarm when that works soon', () => {
    follow();
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.fail();
    jest.advanceTimersByTime(2_999);
    expect(opened()).toBe(1);
    jest.advanceTimersByTime(3_001);
    expect(opened()).toBe(2);
    ScriptedEventSource.last.open();
    jest.advanceTimersByTime(60_000);

    expect(told).toEqual([]);
  });

  it('is down after ten seconds, then has changes looked for at least every 25, and is up again with the stream', () => {
    follow();
    ScriptedEventSource.last.open();
    ScriptedEventSource.last.fail();
    for (let step = 0; step < 300; step++) {
      if (ScriptedEventSource.last.readyState === ScriptedEventSource.CONNECTING) ScriptedEventSource.last.fail();
      jest.advanceTimersByTime(1_000);
      if (step === 8) expect(told.filter((each) => each === 'down')).toEqual([]);
      if (step === 10) expect(told).toContain('down');
    }
    const looked = told.filter((each) => typeof each === 'object');
    expect(looked.length).toBeGreaterThanOrEqual(300 / 25 - 1);
    expect(opened()).toBeLessThan(50);
    jest.advanceTimersByTime(16_000);
    ScriptedEventSource.last.open();

    expect(told.filter((each) => typeof each === 'string')).toEqual(['down', 'up']);
  });

  it('gives up a stream that is opened and says nothing', () => {
    follow();
    const silent = ScriptedEventSource.last;
    jest.advanceTimersByTime(10_000);

    expect(silent.readyState).toBe(ScriptedEventSource.CLOSED);
    expect(told).toEqual(['down']);
    jest.advanceTimersByTime(6_000);
    expect(opened()).toBe(2);
  });

  it('gives up a stream whose signs of life stop', () => {
    follow();
    ScriptedEventSource.last.open(10);
    jest.advanceTimersByTime(13_999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);

    expect(told).toEqual(['down']);
    expect(ScriptedEventSource.last.readyState).toBe(ScriptedEventSource.CLOSED);
  });

  it('takes messages for signs of life on a platform without others', () => {
    follow();
    ScriptedEventSource.last.say({ type: 'connected' });
    jest.advanceTimersByTime(3_600_000);

    expect(told).not.toContain('down');
  });

  it('has changes looked for, and so a new address, when it was refused before it said anything', () => {
    follow();
    ScriptedEventSource.last.fail();
    jest.advanceTimersByTime(6_200);

    expect(told).toEqual([{}]);
  });

  it('tries a new address at once when the old one was refused', () => {
    follow();
    ScriptedEventSource.last.fail();
    follow('https://push.example.com/b');

    expect(ScriptedEventSource.last.url).toBe('https://push.example.com/b');
  });

  it('has 1,000 pages come back spread over their window', () => {
    const pages = Array.from({ length: 1_000 }, () => newStream([]));
    for (const page of pages) page.follow([{ type: 'sse', url: ADDRESS }], BASE);
    for (const source of [...ScriptedEventSource.opened]) {
      source.open();
      source.fail();
    }
    const perSlot: number[] = [];
    for (let before = opened(), slot = 0; slot < 60; slot++) {
      jest.advanceTimersByTime(100);
      perSlot.push(opened() - before);
      before = opened();
    }
    for (const page of pages) page.pause();

    expect(perSlot.slice(0, 29)).toEqual(Array(29).fill(0));
    expect(perSlot.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    // 33 in a slot of a tenth of a second on average; 75 would be seven standard deviations.
    expect(Math.max(...perSlot)).toBeLessThan(75);
  });
});
