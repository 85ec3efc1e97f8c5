/** The part of the DOM that is used; absent in service workers, edge runtimes and on servers. */
interface Page {
  readonly visibilityState?: string;
  addEventListener(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
}

/**
 * Tells when the page goes and when it comes back.
 *
 * @param left it is hidden, which may be the last moment of its life; or, last, it ends or is put aside.
 * @param back it is seen again, or the network is back.
 * @param signal ends it.
 */
export function onPage(left: (isLast: boolean) => void, back: () => void, signal: AbortSignal): void {
  const { document: page, window } = globalThis as { readonly document?: Page; readonly window?: Page };
  const options = { signal };
  page?.addEventListener('visibilitychange', () => (page.visibilityState === 'hidden' ? left(false) : back()), options);
  window?.addEventListener('pagehide', () => left(true), options);
  window?.addEventListener('online', back, options);
}
