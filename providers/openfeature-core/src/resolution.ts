import type { ErrorCode, FlagMetadata, ResolutionDetails } from '@openfeature/core';

import { type FlagValueType, isOfType, typeName } from './flag-value-type.js';

/** What an evaluation decided, whoever made it: the engine, an RPC or OFREP. */
export interface Outcome {
  /** Undefined: the application's own default applies. */
  readonly value?: unknown;
  readonly variant?: string | undefined;
  readonly reason?: string | undefined;
  /** Code of the OpenFeature specification. */
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly metadata?: FlagMetadata | undefined;
}

/**
 * Turns an outcome into what the OpenFeature SDK returns to the application. The SDK checks no types, so a value of
 * another type than `type` becomes TYPE_MISMATCH here. `setMetadata` is overlaid by the flag's own metadata.
 */
export function resolutionOf<T>(
  flagKey: string,
  outcome: Outcome,
  type: FlagValueType,
  defaultValue: T,
  setMetadata: FlagMetadata,
): ResolutionDetails<T> {
  const { value, variant, reason } = outcome;
  let { errorCode, errorMessage = errorCode } = outcome;
  const flagMetadata = outcome.metadata ? { ...setMetadata, ...outcome.metadata } : setMetadata;
  if (!errorCode && value !== undefined && !isOfType(value, type)) {
    errorCode = 'TYPE_MISMATCH';
    errorMessage = `Flag "${flagKey}" holds ${typeName(value)}, not ${type}.`;
  }
  if (errorCode) {
    // The enum's members are the specification's texts; importing it would make the SDK's core a runtime dependency.
    const code = errorCode as unknown as ErrorCode;
    return {
      value: defaultValue,
      reason: 'ERROR',
      errorCode: code,
      errorMessage: errorMessage ?? errorCode,
      flagMetadata,
    };
  }
  if (value === undefined) return { value: defaultValue, reason: reason ?? 'DEFAULT', flagMetadata };
  return { value: value as T, ...(variant && { variant }), reason: reason ?? 'UNKNOWN', flagMetadata };
}
