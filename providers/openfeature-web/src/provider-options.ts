import type { BulkAnswer } from './bulk-answer.js';
import type { StreamSharing } from './event-source.js';
import type { OnEventsLost } from './events-lost.js';
import type { KeyValueStorage } from './key-value-storage.js';
import type { AnswerCache, RecordingConsent, UnsentEventsOf, VisitorIdentity } from './modules.js';

export interface SortitionWebProviderOptions {
  /** Base URL of the platform, for example `https://flags.example.com`. */
  readonly url: string;
  /** A key of kind `client`. It is public: it only reads values of flags that are marked for clients. */
  readonly apiKey: string;
  /**
   * Values rendered by the server: the body of a bulk evaluation that it made with a key of kind `client`. Served at once
   * and refreshed in the background.
   */
  readonly bootstrap?: BulkAnswer;
  /**
   * Keeps values in the browser, for later visits with the same key, domain and context. They are served with reason
   * `CACHED`. `networkFirst`: when the platform cannot be reached, and STALE. `cacheFirst`: at once, and refreshed in
   * the background. Default: nothing is kept.
   */
  readonly cache?: AnswerCache;
  /** Where `cache` and `unsentEvents` keep things. Default: `localStorage`. */
  readonly storage?: KeyValueStorage;
  /** Be told of changes by the platform (server-sent events), where there is an `EventSource`. Default true. */
  readonly push?: boolean;
  /** Time between two looks for changes, in milliseconds. 0 (the default): only when told, or when the page becomes visible. */
  readonly pollIntervalMs?: number;
  /** Do not look for changes when the page becomes visible. Default false. */
  readonly ignoreVisibility?: boolean;
  /** Longest time that a request takes, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Longest time that an exposure or tracked event waits for others, in milliseconds. Default 1,000. */
  readonly flushIntervalMs?: number;
  /** Has all pages of a browser follow changes by one stream: `shareAmongTabs`. Default: a stream for each visible page. */
  readonly sharing?: StreamSharing;
  /** Has events that a page could not send before its end sent by a later page: `keepUnsentEvents`. Default: they are lost. */
  readonly unsentEvents?: UnsentEventsOf;
  /** The visitor's consent to recording and storage. Default: none is needed. */
  readonly consent?: RecordingConsent;
  /** Names visitors of whom no targeting key is known. Default: they have no unit. */
  readonly anonymousId?: VisitorIdentity;
  /** Is told of exposures and tracked events that are lost. Default: a warning in the console. */
  readonly onEventsLost?: OnEventsLost;
  /** Paths under which contexts hold units for `track()`, besides `targetingKey` and those of experiments on the page's flags. */
  readonly unitAttributes?: readonly string[];
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
}
