/** Injection token of the kernel's `Clock`. */
export const CLOCK = Symbol('Clock');

/** Injection token of the kernel's `MonotonicClock`. */
export const MONOTONIC_CLOCK = Symbol('MonotonicClock');
