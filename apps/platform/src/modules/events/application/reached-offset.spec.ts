import { describe, expect, it } from '@jest/globals';

import { reachedOffset } from './reached-offset.js';

const A = { source: 'a', after: 0 };
const B = { source: 'b', after: 49 };
const C = { source: 'c', after: 70 };

describe('how far a consumer has come', () => {
  it.each([
    ['nothing', [A], {}, { offset: 0, recorded: 0, before: 0 }],
    ['the only incarnation', [A], { a: 64 }, { offset: 64, recorded: 64, before: 0 }],
    ['all that is continued', [A, B], { a: 49 }, { offset: 49, recorded: 0, before: 0 }],
    ['less than is continued', [A, B], { a: 30 }, { offset: 30, recorded: 0, before: 0 }],
    ['more than is continued', [A, B], { a: 64 }, { offset: 49, recorded: 0, before: 64 }],
    ['something of the newest', [A, B], { a: 64, b: 55 }, { offset: 55, recorded: 55, before: 0 }],
    ['the first of three', [A, B, C], { a: 64 }, { offset: 49, recorded: 0, before: 64 }],
    ['the second of three', [A, B, C], { a: 64, b: 66 }, { offset: 66, recorded: 0, before: 0 }],
    ['the first, when the last went further back', [A, C, B], { a: 64 }, { offset: 49, recorded: 0, before: 64 }],
    ['one that is forgotten', [B, C], { a: 64 }, { offset: 0, recorded: 0, before: 0 }],
  ])('follows from what it recorded for %s', async (_name, incarnations, recorded, expected) => {
    const offsets: Readonly<Record<string, number>> = recorded;

    await expect(reachedOffset(incarnations, async (source) => offsets[source] ?? 0)).resolves.toEqual(expected);
  });
});
