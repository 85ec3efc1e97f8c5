/** Remembers the keys that were used last, within a bound. */
export class RecentKeys {
  private readonly keys = new Set<string>();

  /** @param capacity at least 1. */
  constructor(private readonly capacity: number) {}

  /** Whether the key is remembered; it then counts as used now. */
  has(key: string): boolean {
    if (!this.keys.delete(key)) return false;
    this.keys.add(key);
    return true;
  }

  /** Remembers the key and forgets the one that was not used for the longest time. */
  add(key: string): void {
    this.keys.add(key);
    if (this.keys.size <= this.capacity) return;
    for (const oldest of this.keys) {
      this.keys.delete(oldest);
      return;
    }
  }
}
