const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A wish of the operating system or the person at the keyboard to stop. */
export interface StopSignal {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly received: Promise<void>;
  /** Stops listening, so that a further signal ends the process at once. */
  release(): void;
}

/** Listens from now on. After the first signal a second one ends the process at once, as by default. */
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
    for (const signal of SIGNALS) process.on(signal, stop);
  });
  return { received, release };
}
