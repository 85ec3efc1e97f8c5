import type { OutgoingEvent } from '@sortition/openfeature-core';

import { storageOf } from './key-value-storage.js';
import type { UnsentEventsOf } from './modules.js';

interface Entry {
  readonly savedAt: number;
  readonly events: readonly (Omit<OutgoingEvent, 'time'> & { readonly time: string })[];
}

/** Characters that a page keeps at most. */
const MAX_CHARACTERS = 400_000;
/** 7 days. */
const MAX_AGE_MS = 604_800_000;

/**
 * Keeps events in the browser's storage: an entry for each page, so that pages which end together do not overwrite each
 * other's; up to 400,000 characters a page, exposures first; 7 days long.
 */
export const keepUnsentEvents: UnsentEventsOf = (queue, options) => {
  const storage = storageOf(options);
  if (!storage) return undefined;
  const prefix = `sortition-unsent:${hashOf(options.url + options.apiKey)}:`;
  const own = prefix + Math.random().toString(36).slice(2);
  const names = (): string[] => {
    const all = Array.from({ length: storage.length ?? 0 }, (_, index) => storage.key?.(index) ?? '');
    return all.filter((name) => name.startsWith(prefix));
  };
  const attempt = <T>(use: () => T): T | undefined => {
    try {
      return use();
    } catch {
      // Full, forbidden or damaged storage is no storage.
      return undefined;
    }
  };
  const read = (name: string): OutgoingEvent[] => {
    const { savedAt, events } = JSON.parse(storage.getItem(name) ?? 'null') as Entry;
    return Date.now() - savedAt < MAX_AGE_MS ? events.map((event) => ({ ...event, time: new Date(event.time) })) : [];
  };
  const take = (): OutgoingEvent[] => {
    const taken: OutgoingEvent[] = [];
    for (const name of attempt(names) ?? []) {
      const events = attempt(() => read(name)) ?? [];
      if (taken.length + events.length > queue.room) continue;
      attempt(() => storage.removeItem(name));
      taken.push(...events);
    }
    return taken;
  };
  const keep = (events: readonly OutgoingEvent[]): void => {
    attempt(() => storage.removeItem(own));
    let room = MAX_CHARACTERS;
    const fitting = events.filter((event) => (room -= JSON.stringify(event).length + 1) >= 0);
    if (fitting.length === 0) return;
    attempt(() => storage.setItem(own, JSON.stringify({ savedAt: Date.now(), events: fitting })));
  };
  const restore = (): void => {
    queue.restore(take());
    // Until they are sent they are this page's to keep.
    keep(queue.waiting);
  };

  const leave = queue.leave.bind(queue);
  queue.leave = async () => {
    const sent = leave();
    keep(queue.waiting);
    await sent;
    keep(queue.waiting);
  };
  const close = queue.close.bind(queue);
  queue.close = async (deadlineMs) => {
    keep(await close(deadlineMs));
    return [];
  };
  restore();
  return {
    restore,
    clear() {
      for (const name of attempt(names) ?? []) attempt(() => storage.removeItem(name));
    },
  };
};

/** FNV-1a: neither URL nor key is to be read in the storage, and the moment in which a page ends leaves no time for SHA. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}
