import type { FlagMetadata } from '@openfeature/web-sdk';

/** The body of a bulk evaluation (OFREP). */
export interface BulkAnswer {
  readonly flags?: readonly FlagAnswer[];
  readonly metadata?: FlagMetadata;
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
