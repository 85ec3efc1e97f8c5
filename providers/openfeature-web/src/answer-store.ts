import type { EvaluationContext } from '@openfeature/web-sdk';
import { toJson } from '@sortition/openfeature-core';

import type { TaggedAnswer } from './bulk-answer.js';
import { type KeyValueStorage, storageOf } from './key-value-storage.js';
import type { AnswerCache, KeptAnswers } from './modules.js';

interface Entry extends TaggedAnswer {
  readonly context: string;
  readonly savedAt: number;
}

/** 30 days. */
const MAX_AGE_MS = 2_592_000_000;

/** Has a page start with the values of its last visit when the platform cannot be reached. */
export const networkFirst: AnswerCache = (options, domain) => storeFor(options, domain, false);

/** Has a page start with the values of its last visit at once, and refresh them in the background. */
export const cacheFirst: AnswerCache = (options, domain) => storeFor(options, domain, true);

const storeFor = (
  options: Parameters<AnswerCache>[0],
  domain: string | undefined,
  isFirst: boolean,
): ReturnType<AnswerCache> => new AnswerStore(storageOf(options), [options.url, options.apiKey, domain], isFirst);

/**
 * Keeps the last answer in the browser, one for each URL, key and domain, and gives it back for the same context. Key
 * and context are kept as SHA-256 only. Without storage or hashing (insecure pages) nothing is kept; a storage that is
 * full or forbidden is no failure.
 */
export class AnswerStore implements KeptAnswers {
  readonly #storage: KeyValueStorage | undefined;
  readonly #identity: readonly (string | undefined)[];
  /** Resolves when everything asked for so far is done; it is done in order. */
  done: Promise<unknown> = Promise.resolve();

  /** @param storage undefined: nothing is kept. */
  constructor(
    storage: KeyValueStorage | undefined,
    identity: readonly (string | undefined)[],
    readonly isFirst = false,
  ) {
    this.#storage = storage;
    this.#identity = identity;
  }

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
    const result = this.done.then(async () => {
      try {
        return this.#storage && (await use(this.#storage, `sortition:${await digest(this.#identity)}`));
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
