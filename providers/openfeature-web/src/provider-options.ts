import type { BulkAnswer } from './bulk-answer.js';

export interface SortitionWebProviderOptions {
  /** Base URL of the platform, for example `https://flags.example.com`. */
  readonly url: string;
  /** A key of kind `client`. It is public: it only reads values of flags that are marked for clients. */
  readonly apiKey: string;
  /** Values rendered by the server: the body of its bulk evaluation. Served at once and refreshed in the background. */
  readonly bootstrap?: BulkAnswer;
  /** Time between two looks for changes, in milliseconds; 0 (the default) looks only when the page becomes visible. */
  readonly pollIntervalMs?: number;
  /** Do not look for changes when the page becomes visible. Default false. */
  readonly ignoreVisibility?: boolean;
  /** Longest time that a request takes, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Longest time that an exposure or tracked event waits for others, in milliseconds. Default 1,000. */
  readonly flushIntervalMs?: number;
  /** Paths under which contexts hold units for `track()`, besides `targetingKey` and those of experiments read. */
  readonly unitAttributes?: readonly string[];
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
}
