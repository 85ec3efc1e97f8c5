/** Where the JetStream log is and how its stream is made. */
export interface JetStreamSettings {
  /** `host:port` of one or more servers of the cluster; the client learns the others from them. */
  readonly servers: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Path of a credentials file (JWT and NKey). */
  readonly credentialsPath: string | undefined;
  /** Whether the connection must be encrypted. */
  readonly isTls: boolean;
  /** Path of the certificates that the servers' are checked against; undefined: those of Node.js. */
  readonly certificatePath: string | undefined;
  /** Name of the stream; also the first token of its subjects. */
  readonly stream: string;
  /** Wishes for the stream. An undefined one takes what an existing stream has, and its default for a new one. */
  readonly limits: StreamLimits;
  /** Events that every consumer has got are kept this long, in milliseconds. */
  readonly retentionMs: number;
  /** How long an append is tried, in milliseconds. */
  readonly appendDeadlineMs: number;
}

export interface StreamLimits {
  /** Copies of the stream, each on a server of its own: 1, 3 or 5. */
  readonly replicas: number | undefined;
  /** Size at which the log takes no more; -1: as far as the servers' own limit. */
  readonly maxBytes: number | undefined;
  /** How long the servers remember message ids, in milliseconds. */
  readonly duplicateWindowMs: number | undefined;
}

export const DEFAULT_STREAM = 'SORTITION_EVENTS';
export const DEFAULT_REPLICAS = 1;
export const DEFAULT_MAX_BYTES = 8 * 1024 ** 3;
export const DEFAULT_DUPLICATE_WINDOW_MS = 2 * 60_000;
export const DEFAULT_RETENTION_MS = 7 * 24 * 60 * 60_000;
/** Long enough for a cluster to elect a leader. */
export const DEFAULT_APPEND_DEADLINE_MS = 10_000;
