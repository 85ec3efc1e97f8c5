/** The part of `localStorage` that is used. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The browser's storage; undefined where there is none or the page may not use it. */
export function browserStorage(): KeyValueStorage | undefined {
  try {
    return (globalThis as { readonly localStorage?: KeyValueStorage }).localStorage;
  } catch {
    return undefined;
  }
}
