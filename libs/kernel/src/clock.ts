/** Where time comes from; a port so that tests decide it. It may go back: it tells dates, and no ages. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** Where ages and waits are read; it never goes back, whatever happens to the machine's time. */
export interface MonotonicClock {
  /** Milliseconds since some moment in the past, with a fraction. */
  now(): number;
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() };
