/** Those who wait for something, each until a deadline of its own. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  /** How many wait now. */
  get size(): number {
    return this.waiting.size;
  }

  /** Resolves with the next {@link wake}; at the deadline at the latest. */
  wait(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.waiting.delete(leave);
        resolve();
      };
      const timer = setTimeout(leave, Math.max(0, deadlineMs - performance.now()));
      this.waiting.add(leave);
    });
  }

  /** Lets everybody go who waits. */
  wake(): void {
    for (const leave of this.waiting) leave();
  }
}
