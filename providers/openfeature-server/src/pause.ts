/** Resolves after the delay, or when the signal is aborted. Keeps no process alive. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    timer.unref();
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
