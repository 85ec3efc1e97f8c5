import type { EvaluationContext } from '@openfeature/web-sdk';
import { toJson } from '@sortition/openfeature-core';

import type { KeyValueStorage } from './key-value-storage.js';
import type { TaggedAnswer } from './platform-http.js';

interface Entry extends TaggedAnswer {
  readonly context: string;
  readonly savedAt: number;
}

/** 30 days. */
const MAX_AGE_MS = 2_592_000_000;

/**
 * Keeps the last answer in the browser, one for each URL, key and domain, and gives it back for the same context. Key
 * and context are kept as SHA-256 only. Without storage or hashing (insecure pages) nothing is kept; a storage that is
 * full or forbidden is no failure.
 */
export class AnswerStore {
  /** Resolves when everything asked for so far is done; it is done in order. */
  done: Promise<unknown> = Promise.resolve();

  /** @param storage undefined: nothing is kept. */
  constructor(
    private readonly storage: KeyValueStorage | undefined,
    private readonly identity: readonly (string | undefined)[],
  ) {}

  /** The answer kept for the context, unless it is older than 30 days. */
  load(context: EvaluationContext): Promise<TaggedAnswer | undefined> {
    return this.#next(async (storage, name) => {
      const wanted = await digest(context);
      const entry = JSON.parse(storage.getItem(name) ?? 'null') as Entry | null;
      // Neither is an answer fresh for ever that was kept while the clock was ahead.
      return entry?.context === wanted && Math.abs(Date.now() - entry.savedAt) < MAX_AGE_MS ? entry : undefined;
    });
  }

  /** Keeps an answer in place of the one before. */
  save(context: EvaluationContext, answer: TaggedAnswer): Promise<void> {
    return this.#next(async (storage, name) => {
      const entry: Entry = { ...answer, context: await digest(context), savedAt: Date.now() };
      storage.setItem(name, JSON.stringify(entry));
    });
  }

  /** Forgets the answer. */
  clear(): Promise<void> {
    return this.#next((storage, name) => storage.removeItem(name));
  }

  #next<T>(use: (storage: KeyValueStorage, name: string) => T | Promise<T>): Promise<T | undefined> {
    const { storage, identity, done } = this;
    const result = done.then(async () => {
      try {
        return storage && (await use(storage, `sortition:${await digest(identity)}`));
      } catch {
        return undefined;
      }
    });
    this.done = result;
    return result;
  }
}

async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(toJson(value)));
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
}
