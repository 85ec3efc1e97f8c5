/**
 * A map by key whose copies share what they do not change, so that changing one flag of many costs that one. Only who
 * made a copy changes it, and before anybody else sees it.
 */
export class SharingMap<Value extends object> {
  readonly #shared: ReadonlyMap<string, Value | null>;
  readonly #own: Map<string, Value | null>;

  /** @param own null: removed from what is shared. */
  constructor(shared: ReadonlyMap<string, Value | null> = new Map(), own = new Map<string, Value | null>()) {
    this.#shared = shared;
    this.#own = own;
  }

  get(key: string): Value | undefined {
    const own = this.#own.get(key);
    return (own === undefined ? this.#shared.get(key) : own) ?? undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value): void {
    this.#own.set(key, value);
  }

  delete(key: string): void {
    this.#own.set(key, null);
  }

  /** In no particular order. */
  keys(): readonly string[] {
    return [...new Set([...this.#own.keys(), ...this.#shared.keys()])].filter((key) => this.has(key));
  }

  copy(): SharingMap<Value> {
    // Each copy repeats what is its own, and everything once that has become too much: together least at this size.
    if (this.#own.size ** 2 > 2 * this.#shared.size) {
      return new SharingMap(this.#shared.size === 0 ? this.#own : this.#merged());
    }
    return new SharingMap(this.#shared, new Map(this.#own));
  }

  #merged(): ReadonlyMap<string, Value | null> {
    return new Map(this.keys().map((key) => [key, this.get(key) ?? null]));
  }
}
