import { keepaliveBudget } from './keepalive-budget.js';

/** The part of the DOM that is used; absent in service workers, edge runtimes and on servers. */
interface Page {
  readonly navigator?: { sendBeacon?(url: string, text: string): boolean };
  readonly Request?: { readonly prototype: object };
}

/**
 * Sends JSON from a page that may be about to end, in browsers whose `fetch` cannot outlive it. Returns whether the
 * browser took it; undefined when `fetch` will do.
 */
export function beacon(url: string, json: object): boolean | undefined {
  const { navigator, Request } = globalThis as Page;
  if (!keepaliveBudget.isEnding || !Request || 'keepalive' in Request.prototype) return undefined;
  return navigator?.sendBeacon?.(url, JSON.stringify(json));
}
