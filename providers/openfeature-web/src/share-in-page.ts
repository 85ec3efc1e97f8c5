import type { StreamListener, StreamSharing, StreamSource } from './event-source.js';

/** A stream, who listens to it, and what is repeated to one that comes later. */
interface Shared {
  readonly listeners: Set<StreamListener>;
  readonly close: () => void;
  nextWithinMs?: number;
  data?: string;
}

const streams = new Map<string, Shared>();

/** One stream for all providers of a page; it ends when none listens. */
export const shareInPage: StreamSharing = (name, source) => ({
  open(address, listener) {
    const shared = streams.get(name) ?? openShared(name, source, address);
    shared.listeners.add(listener);
    if (shared.nextWithinMs !== undefined) listener.alive(shared.nextWithinMs);
    if (shared.data !== undefined) listener.said(shared.data);
    return () => {
      shared.listeners.delete(listener);
      if (shared.listeners.size > 0) return;
      shared.close();
      if (streams.get(name) === shared) streams.delete(name);
    };
  },
});

function openShared(name: string, source: StreamSource, address: string): Shared {
  const listeners = new Set<StreamListener>();
  const close = source.open(address, {
    alive(nextWithinMs) {
      shared.nextWithinMs = nextWithinMs;
      for (const listener of listeners) listener.alive(nextWithinMs);
    },
    said(data) {
      shared.data = data;
      for (const listener of listeners) listener.said(data);
    },
    failed() {
      streams.delete(name);
      for (const listener of [...listeners]) listener.failed();
    },
  });
  const shared: Shared = { listeners, close };
  streams.set(name, shared);
  return shared;
}
