import { describe, expect, it } from '@jest/globals';

import { failureMessage } from './failure-message.js';

describe('the message of a failure', () => {
  it.each([
    ['an error', new Error('disk full'), 'disk full'],
    ['the error of a native library', { message: 'IO Error' }, 'IO Error'],
    [
      'failures reported together',
      new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]),
      '::1 refused',
    ],
    ['a text', 'gone', 'gone'],
    ['nothing', undefined, 'undefined'],
  ])('is found in %s', (_, error, expected) => {
    expect(failureMessage(error)).toBe(expected);
  });
});
