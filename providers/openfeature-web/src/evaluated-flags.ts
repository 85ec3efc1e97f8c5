import type { FlagMetadata } from '@openfeature/web-sdk';

import type { FlagAnswer } from './bulk-answer.js';
import type { TaggedAnswer } from './platform-http.js';

/** The answers that reads are served from. */
export class EvaluatedFlags {
  private byKey: ReadonlyMap<string, FlagAnswer> = new Map();
  private set: FlagMetadata = {};
  private tag: string | undefined;

  /** Whether the answers come from the browser's storage and were not confirmed since. */
  isCached = false;

  get setMetadata(): FlagMetadata {
    return this.set;
  }

  /** Names the answers to the platform. */
  get etag(): string | undefined {
    return this.tag;
  }

  get(key: string): FlagAnswer | undefined {
    return this.byKey.get(key);
  }

  /** Replaces all answers. Returns the keys whose answer is new, different or gone. */
  replace({ answer: { flags = [], metadata = {} }, etag }: TaggedAnswer, isCached = false): string[] {
    const before = this.byKey;
    this.byKey = new Map(flags.map((flag) => [flag.key, flag]));
    this.set = metadata;
    this.tag = etag;
    this.isCached = isCached;
    return [...new Set([...before.keys(), ...this.byKey.keys()])].filter(
      (key) => JSON.stringify(before.get(key)) !== JSON.stringify(this.byKey.get(key)),
    );
  }
}
