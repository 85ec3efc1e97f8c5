import { expect, it } from '@jest/globals';

import type { StreamListener } from './event-source.js';
import { shareInPage } from './share-in-page.js';

/** Streams that a test speaks for, in the order in which they were opened. */
const opened: { readonly listener: StreamListener; isOpen: boolean }[] = [];
const source = {
  open(_address: string, listener: StreamListener): () => void {
    const stream = { listener, isOpen: true };
    opened.push(stream);
    return () => {
      stream.isOpen = false;
    };
  },
};

function newProvider(): { heard: string[]; open: () => () => void } {
  const heard: string[] = [];
  const shared = shareInPage('name', source);
  const listener: StreamListener = {
    alive: (nextWithinMs) => heard.push(`alive ${String(nextWithinMs)}`),
    said: (data) => heard.push(data),
    failed: () => heard.push('failed'),
  };
  return { heard, open: () => shared.open('https://push.example.com', listener) };
}

it('opens one stream for all providers of a page, tells all, and closes it with the last', () => {
  const [one, two] = [newProvider(), newProvider()];
  const closeOne = one.open();
  opened[0]?.listener.alive(14_000);
  opened[0]?.listener.said('connected');
  const closeTwo = two.open();
  opened[0]?.listener.said('changed');
  closeOne();
  const afterOne = opened[0]?.isOpen;
  closeTwo();

  expect(opened).toHaveLength(1);
  expect(one.heard).toEqual(['alive 14000', 'connected', 'changed']);
  expect(two.heard).toEqual(['alive 14000', 'connected', 'changed']);
  expect([afterOne, opened[0]?.isOpen]).toEqual([true, false]);
});

it('tells all when it fails, and opens another for the first who tries again', () => {
  opened.length = 0;
  const [one, two] = [newProvider(), newProvider()];
  const closes = [one.open(), two.open()];
  opened[0]?.listener.failed();
  for (const close of closes) close();
  one.open();
  two.open();

  expect([one.heard, two.heard]).toEqual([['failed'], ['failed']]);
  expect(opened.map(({ isOpen }) => isOpen)).toEqual([false, true]);
});
