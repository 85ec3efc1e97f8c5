import { EventEmitter } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { PacedWriter } from './paced-writer.js';

/** A stream whose reader takes as many messages as a test lets it take. */
class Stream extends EventEmitter {
  readonly written: string[] = [];

  constructor(private room: number) {
    super();
  }

  write(message: string): boolean {
    this.written.push(message);
    this.room -= 1;
    return this.room > 0;
  }
}

describe('a paced writer', () => {
  it('is blocked from the message that fills the reader until it has drained', () => {
    const stream = new Stream(2);
    const writer = new PacedWriter(stream, () => undefined);
    const seen = [writer.isBlocked];
    for (const message of ['one', 'two']) {
      writer.write(message);
      seen.push(writer.isBlocked);
    }
    stream.emit('drain');
    seen.push(writer.isBlocked);

    expect(seen).toEqual([false, false, true, false]);
  });

  it('can be written to when it tells that the reader has drained', () => {
    const stream = new Stream(1);
    const writer: PacedWriter<string> = new PacedWriter(stream, () => {
      if (!writer.isBlocked) writer.write('what was missed');
    });
    writer.write('one');
    stream.emit('drain');

    expect(stream.written).toEqual(['one', 'what was missed']);
    expect(writer.isBlocked).toBe(true);
  });

  it('stays blocked when a later message of the same burst fits again', () => {
    const answers = [false, true];
    const stream = Object.assign(new EventEmitter(), { write: () => answers.shift() ?? true });
    const writer = new PacedWriter(stream, () => undefined);
    writer.write('one');
    writer.write('two');

    expect(writer.isBlocked).toBe(true);
  });
});
