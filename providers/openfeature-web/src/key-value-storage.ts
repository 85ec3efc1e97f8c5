/** The part of `localStorage` that is used. Unsent events are kept only where names can be listed. */
export interface KeyValueStorage {
  readonly length?: number;
  key?(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Where to keep things, and the consent that this takes. */
export interface StorageOptions {
  readonly storage?: KeyValueStorage;
  readonly consent?: { over(storage: KeyValueStorage): KeyValueStorage };
}

/** The storage to use: the browser's own by default. Undefined where there is none or the page may not use it. */
export function storageOf({ storage = browserStorage(), consent }: StorageOptions): KeyValueStorage | undefined {
  return storage && consent ? consent.over(storage) : storage;
}

function browserStorage(): KeyValueStorage | undefined {
  try {
    return (globalThis as { readonly localStorage?: KeyValueStorage }).localStorage;
  } catch {
    return undefined;
  }
}
