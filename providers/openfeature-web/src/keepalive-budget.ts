/**
 * What the bodies of requests that outlive their page may add up to, in bytes. Browsers allow 64 KiB for all of a page's
 * together, whichever provider makes them, and fail the request that passes it.
 */
export const keepaliveBudget = {
  freeBytes: 64_000,
  /** Whether what is sent right now is sent because the page may be about to end. */
  isEnding: false,
};

export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
