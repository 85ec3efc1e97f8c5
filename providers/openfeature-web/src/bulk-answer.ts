import type { FlagMetadata } from '@openfeature/web-sdk';

/** The body of a bulk evaluation (OFREP). */
export interface BulkAnswer {
  readonly flags?: readonly FlagAnswer[];
  readonly metadata?: FlagMetadata;
  /** Where changes are told. */
  readonly eventStreams?: readonly EventStream[];
}

/** Where changes are told: a URL, or its parts. The address holds a credential: it is not logged. */
export interface EventStream {
  /** `sse`; others are ignored. */
  readonly type: string;
  readonly url?: string;
  readonly endpoint?: { readonly origin?: string; readonly requestUri: string };
  /** Seconds that a page may be hidden before it closes the stream. */
  readonly inactivityDelaySec?: number;
}

/** One flag's evaluation: a success with or without a value, or a failure with an error code. */
export interface FlagAnswer {
  readonly key: string;
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly errorDetails?: string;
  readonly metadata?: FlagMetadata;
}

/** An answer and what names it. */
export interface TaggedAnswer<Answer = BulkAnswer> {
  readonly answer: Answer;
  readonly etag?: string | null | undefined;
}
