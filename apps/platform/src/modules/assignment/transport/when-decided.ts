/** Goes on at once with what is decided, and later with what has to wait. */
export function whenDecided<T, R>(decided: T | Promise<T>, proceed: (decided: T) => R | Promise<R>): R | Promise<R> {
  return decided instanceof Promise ? decided.then(proceed) : proceed(decided);
}
