import { setTimeout as sleep } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * For this long after the first signal further ones are taken for the same wish: at Ctrl+C the terminal signals this
 * process, and npm, which it signals too, passes its own signal on.
 */
const SAME_WISH_MS = 1_000;

const PARENT_POLL_MS = 250;

/** A wish of the operating system, of the person at the keyboard or of the parent process to stop. */
export interface StopSignal {
  /** Resolves at the first SIGINT or SIGTERM, or when the parent is gone that opened a channel or is watched. */
  readonly received: Promise<void>;
  /** Stops listening, so that a further signal ends the process at once. */
  release(): void;
}

/**
 * Listens from now on. A second signal, a second or more after the first, ends the process at once, as by default.
 *
 * @param isParentWatched whether the end of the parent process is a wish to stop as well.
 */
export function stopSignal({ isParentWatched = false } = {}): StopSignal {
  let release = (): void => undefined;
  const received = new Promise<void>((resolve) => {
    const stop = (): void => {
      resolve();
      void sleep(SAME_WISH_MS, undefined, { ref: false }).then(() => {
        release();
      });
    };
    const stopWatching = isParentWatched ? onceParentIsGone(stop) : (): void => undefined;
    release = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
      process.off('disconnect', stop);
      stopWatching();
      // An open channel would keep this process alive.
      if (process.connected) process.disconnect();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    if (process.connected) process.once('disconnect', stop);
  });
  return {
    received,
    release: () => {
      release();
    },
  };
}

/** Orphans get another parent; on Windows they keep the number of theirs. Returns what ends the watch. */
function onceParentIsGone(stop: () => void): () => void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    stop();
  }, PARENT_POLL_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
