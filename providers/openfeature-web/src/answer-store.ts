import type { EvaluationContext } from '@openfeature/web-sdk';
import { toJson } from '@sortition/openfeature-core';

import type { KeyValueStorage } from './key-value-storage.js';
import type { TaggedAnswer } from './platform-http.js';

interface Entry extends TaggedAnswer {
  readonly context: string;
  readonly savedAt: number;
}

const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1_000;

/**
 * Keeps the last answer in the browser, one for each URL, key and domain, and gives it back for the same context. Key
 * and context are kept as SHA-256 only. Without storage or hashing (insecure pages) nothing is kept; a storage that is
 * full or forbidden is no failure.
 */
export class AnswerStore {
  private readonly name: Promise<string>;

  /** @param storage undefined: nothing is kept. */
  constructor(
    private readonly storage: KeyValueStorage | undefined,
    identity: readonly (string | undefined)[],
    private readonly now: () => number = Date.now,
  ) {
    this.name = digest(identity).then((hash) => `sortition:${hash}`);
    // Where nothing can be hashed, every use fails and is swallowed; until one comes, this is nobody's failure.
    this.name.catch(() => undefined);
  }

  /** The answer kept for the context, unless it is older than 30 days. */
  async load(context: EvaluationContext): Promise<TaggedAnswer | undefined> {
    return this.quietly(async (storage) => {
      const text = storage.getItem(await this.name);
      const entry = text === null ? undefined : (JSON.parse(text) as Entry);
      const isFresh = entry !== undefined && this.now() - entry.savedAt < MAX_AGE_MS;
      return isFresh && entry.context === (await digest(toJson(context))) ? entry : undefined;
    });
  }

  /** Keeps an answer in place of the one before. */
  async save(context: EvaluationContext, { answer, etag }: TaggedAnswer): Promise<void> {
    await this.quietly(async (storage) => {
      const entry: Entry = { context: await digest(toJson(context)), savedAt: this.now(), answer, etag };
      storage.setItem(await this.name, JSON.stringify(entry));
    });
  }

  /** Forgets the answer. */
  async clear(): Promise<void> {
    await this.quietly(async (storage) => {
      storage.removeItem(await this.name);
    });
  }

  private async quietly<T>(use: (storage: KeyValueStorage) => Promise<T>): Promise<T | undefined> {
    try {
      return this.storage && (await use(this.storage));
    } catch {
      return undefined;
    }
  }
}

async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
