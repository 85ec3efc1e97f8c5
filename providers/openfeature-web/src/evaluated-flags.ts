import type { EvaluationContext, FlagMetadata } from '@openfeature/web-sdk';

import type { FlagAnswer, TaggedAnswer } from './bulk-answer.js';

/** The answers that reads are served from. */
export class EvaluatedFlags {
  /** Names the answers to the platform. */
  etag: TaggedAnswer['etag'];
  /** What the answers have in common, with the context that they are for. */
  setMetadata: FlagMetadata = {};
  /** Whether the answers come from the browser's storage and were not confirmed since. */
  isCached = false;
  /** What the answers are for; undefined before there are any. */
  context: EvaluationContext | undefined;
  #byKey: ReadonlyMap<string, FlagAnswer> = new Map();

  get(key: string): FlagAnswer | undefined {
    return this.#byKey.get(key);
  }

  /** Replaces all answers. Returns the keys whose answer is new, different or gone. */
  replace({ answer: { flags = [], metadata }, etag }: TaggedAnswer, context: EvaluationContext): string[] {
    const before = this.#byKey;
    const { targetingKey } = context;
    this.#byKey = new Map(flags.map((flag) => [flag.key, flag]));
    this.setMetadata = { ...metadata, ...(targetingKey && { contextId: targetingKey }) };
    this.etag = etag;
    this.context = context;
    return [...new Set([...before.keys(), ...this.#byKey.keys()])].filter(
      (key) => JSON.stringify(before.get(key)) !== JSON.stringify(this.#byKey.get(key)),
    );
  }
}
