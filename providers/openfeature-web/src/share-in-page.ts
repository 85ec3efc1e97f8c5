import type { StreamListener, StreamSharing } from './event-source.js';

type Say = (listener: StreamListener) => void;

/** A stream and who listens to it. */
interface Shared {
  readonly listeners: Set<StreamListener>;
  /** The last sign of life and the last message, for one that comes later. */
  readonly heard: Say[];
  readonly close: () => void;
}

const streams = new Map<string, Shared>();

/** One stream for all providers of a page; it ends when none listens. */
export const shareInPage: StreamSharing = (name, source) => ({
  open(address, listener) {
    let shared = streams.get(name);
    if (!shared) {
      const listeners = new Set<StreamListener>();
      const heard: Say[] = [];
      const tell = (place: 0 | 1, say: Say): void => listeners.forEach((heard[place] = say));
      const close = source.open(address, {
        alive: (nextWithinMs) => tell(0, (each) => each.alive(nextWithinMs)),
        said: (data) => tell(1, (each) => each.said(data)),
        failed() {
          streams.delete(name);
          listeners.forEach((each) => each.failed());
        },
      });
      streams.set(name, (shared = { listeners, heard, close }));
    }
    const { listeners, heard, close } = shared;
    listeners.add(listener);
    heard.forEach((say) => say(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      close();
      if (streams.get(name) === shared) streams.delete(name);
    };
  },
});
