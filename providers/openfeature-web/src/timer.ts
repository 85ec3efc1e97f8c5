/** One timer at a time. */
export class Timer {
  #id: ReturnType<typeof setTimeout> | undefined;

  get isRunning(): boolean {
    return Boolean(this.#id);
  }

  /** Starts it unless it runs. */
  start(delayMs: number, act: () => void): void {
    this.#id ??= setTimeout(() => {
      this.#id = undefined;
      act();
    }, delayMs);
  }

  stop(): void {
    clearTimeout(this.#id);
    this.#id = undefined;
  }
}
