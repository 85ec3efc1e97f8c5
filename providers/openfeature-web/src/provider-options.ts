import type { BulkAnswer } from './bulk-answer.js';
import type { KeyValueStorage } from './key-value-storage.js';

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
   * What the values kept in the browser from earlier visits, for the same key, domain and context, are used for.
   * - `network-first` (default): when the platform cannot be reached, with reason `CACHED`, and STALE.
   * - `cache-first`: at once, with reason `CACHED`, and refreshed in the background.
   * - `none`: nothing is kept.
   */
  readonly cache?: 'network-first' | 'cache-first' | 'none';
  /** Where values are kept. Default: `localStorage`. */
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
  /** Paths under which contexts hold units for `track()`, besides `targetingKey` and those of experiments on the page's flags. */
  readonly unitAttributes?: readonly string[];
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
}
