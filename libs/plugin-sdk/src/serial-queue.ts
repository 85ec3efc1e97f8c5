/** Runs work one after the other, in the order of the calls. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does, which begins when all earlier work has ended. A failure does not stop what comes after. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when the work given so far has ended, well or not. */
  async idle(): Promise<void> {
    await this.last;
  }
}
