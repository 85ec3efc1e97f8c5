/**
 * Remembers which exposures were recorded last, within a bound, in two generations: when the young one is full it
 * becomes the old one, and the old one is forgotten. What is asked for stays.
 */
export class RecentExposures {
  private young = new Set<string>();
  private old: ReadonlySet<string> = new Set();

  /** @param capacity remembered at most; at least half as many are always remembered. */
  constructor(private readonly capacity: number) {}

  has(exposure: string): boolean {
    if (this.young.has(exposure)) return true;
    if (!this.old.has(exposure)) return false;
    this.add(exposure);
    return true;
  }

  add(exposure: string): void {
    this.young.add(exposure);
    if (this.young.size * 2 < this.capacity) return;
    this.old = this.young;
    this.young = new Set();
  }
}
