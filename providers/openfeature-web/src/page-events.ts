/** The part of the DOM that is used; absent in service workers, edge runtimes and on servers. */
interface Page {
  readonly visibilityState?: string;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** Tells when the page is hidden, which may be the last moment of its life, and when it is seen again. */
export function onPageVisibility(hidden: () => void, visible: () => void): () => void {
  const { document: page, window } = globalThis as { readonly document?: Page; readonly window?: Page };
  const changed = (): void => (page?.visibilityState === 'hidden' ? hidden() : visible());
  page?.addEventListener('visibilitychange', changed);
  window?.addEventListener('pagehide', hidden);
  return () => {
    page?.removeEventListener('visibilitychange', changed);
    window?.removeEventListener('pagehide', hidden);
  };
}
