/**
 * Remembers the keys that were used last, within a bound, in two generations: when the young one is full, it becomes the
 * old one and the old one is forgotten. Asking for a young key changes nothing, which makes it cheap.
 */
export class RecentKeys {
  private young = new Set<string>();
  private old: ReadonlySet<string> = new Set<string>();

  /** @param capacity keys remembered at most; at least half as many are always remembered. */
  constructor(private readonly capacity: number) {}

  /** Whether the key is remembered; it then counts as used now. */
  has(key: string): boolean {
    if (this.young.has(key)) return true;
    if (!this.old.has(key)) return false;
    this.add(key);
    return true;
  }

  /** Remembers the key. */
  add(key: string): void {
    this.young.add(key);
    if (this.young.size * 2 < this.capacity) return;
    this.old = this.young;
    this.young = new Set();
  }
}
