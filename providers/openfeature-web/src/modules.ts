import type { EvaluationContext, TrackingEventDetails } from '@openfeature/web-sdk';
import type { OutgoingEvent } from '@sortition/openfeature-core';

import type { FlagAnswer, TaggedAnswer } from './bulk-answer.js';
import type { OnEventsLost } from './events-lost.js';
import type { StorageOptions } from './key-value-storage.js';

/** Whose provider a module serves, and where it may keep things. */
export interface ModuleOptions extends StorageOptions {
  readonly url: string;
  readonly apiKey: string;
}

/** Keeps the last answer for a context, and gives it back. What fails is no failure: nothing is kept. */
export interface KeptAnswers {
  /** Whether a page starts with it although the platform may answer. */
  readonly isFirst: boolean;
  /** Resolves when everything asked for so far is done; it is done in order. */
  readonly done: Promise<unknown>;
  load(context: EvaluationContext): Promise<TaggedAnswer | undefined>;
  save(context: EvaluationContext, answer: TaggedAnswer): Promise<void>;
  /** Forgets the answer. */
  clear(): Promise<void>;
}

/** Makes what keeps the answers of a provider: `networkFirst` or `cacheFirst`. */
export type AnswerCache = (options: ModuleOptions, domain: string | undefined) => KeptAnswers;

/** The events of a page that the platform has not taken yet. Modules put themselves before its methods. */
export interface PageQueue {
  readonly waiting: OutgoingEvent[];
  /** Further events that it takes. */
  readonly room: number;
  restore(events: readonly OutgoingEvent[]): boolean;
  flush(): Promise<void>;
  leave(): Promise<unknown>;
  close(deadlineMs: number): Promise<readonly OutgoingEvent[]>;
}

/** Events that pages could not send, kept for later pages. */
export interface UnsentEvents {
  /** Has the page send what earlier pages kept, as far as it has room. */
  restore(): void;
  /** Forgets what all pages kept. */
  clear(): void;
}

/** Keeps what a page's queue could not send before the page ended: `keepUnsentEvents`. */
export type UnsentEventsOf = (queue: PageQueue, options: ModuleOptions) => UnsentEvents | undefined;

/** What is recorded on a page. Modules put themselves before its methods. */
export interface PageRecording {
  readonly queue: PageQueue;
  readonly unsent: UnsentEvents | undefined;
  /** Exposures that are recorded. */
  readonly exposed: Set<string>;
  /** Tracked events of contexts of which it is not known where they hold units. */
  readonly pending: unknown[];
  readonly http: { readonly onEventsLost: OnEventsLost };
  expose(flag: FlagAnswer): void;
  track(name: string, context: EvaluationContext, details: TrackingEventDetails, atMs?: number): void;
}

/** Rules over recording and storage: a `Consent`. */
export interface RecordingConsent extends NonNullable<StorageOptions['consent']> {
  /** Lets a page record as far as it may, from now on until the signal. */
  govern(recording: PageRecording, signal: AbortSignal): void;
}

/** What is told of contexts. Modules put themselves before its methods. */
export interface ContextListener {
  initialize(context: EvaluationContext, domain?: string): Promise<void>;
  onContextChange(before: EvaluationContext, context: EvaluationContext): Promise<void>;
  track(name: string, context: EvaluationContext, details?: TrackingEventDetails): void;
}

/** Names visitors of whom no targeting key is known: an `AnonymousId`. */
export interface VisitorIdentity {
  /** Has a provider see every context with the identity. Returns the provider's options as they are from then on. */
  join<Options extends { readonly unitAttributes?: readonly string[] }>(
    provider: ContextListener,
    options: Options,
  ): Options;
}
