/** The part of the DOM that is used; absent in service workers, edge runtimes and on servers. */
interface Page {
  readonly visibilityState?: string;
  addEventListener(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
}

/**
 * Tells when the page is hidden, which may be the last moment of its life, and when it is seen again.
 *
 * @param signal ends it.
 */
export function onPageVisibility(hidden: () => void, visible: () => void, signal: AbortSignal): void {
  const { document: page, window } = globalThis as { readonly document?: Page; readonly window?: Page };
  const changed = (): void => (page?.visibilityState === 'hidden' ? hidden() : visible());
  page?.addEventListener('visibilitychange', changed, { signal });
  window?.addEventListener('pagehide', hidden, { signal });
}
