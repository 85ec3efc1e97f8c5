import type { flagdEvaluationV2 } from '@sortition/contracts';
import { type Decision, numberTypeOf } from '@sortition/evaluation';
import { DomainError, type ErrorCode, type JsonObject, type JsonValue } from '@sortition/kernel';

import type { EnvironmentState } from '../../domain/environment-state.js';
import { servedReason } from '../served-reason.js';

/** The types that flagd's clients ask for. */
export interface FlagdValues {
  readonly boolean: boolean;
  readonly string: string;
  readonly float: number;
  readonly int: number;
  readonly object: JsonObject;
}

export type FlagdType = keyof FlagdValues;

/** An answer with what both versions of flagd's protocol carry. */
export interface FlagdAnswer<T> {
  /** Undefined: the application's own default applies. */
  readonly value: T | undefined;
  readonly reason: string;
  readonly variant: string | undefined;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

const IS_OF_TYPE: { readonly [T in FlagdType]: (value: JsonValue) => boolean } = {
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  float: (value) => typeof value === 'number',
  int: (value) => Number.isSafeInteger(value),
  object: (value) => isObject(value),
};

const ERROR_CODES: ReadonlySet<string> = new Set<ErrorCode>(['TARGETING_KEY_MISSING', 'TYPE_MISMATCH']);

/**
 * A decision as an answer of a type.
 *
 * @throws DomainError TYPE_MISMATCH, whose status flagd's clients read so. Failures for which flagd has no status are
 *   FAILED_PRECONDITION: clients call it GENERAL and do not try again.
 */
export function flagdAnswer<T extends FlagdType>(
  state: EnvironmentState,
  flagKey: string,
  decision: Decision,
  type: T,
): FlagdAnswer<FlagdValues[T]> {
  const { value, variant, errorCode, errorMessage = 'The flag cannot be evaluated.' } = decision;
  if (errorCode !== undefined) {
    const code = ERROR_CODES.has(errorCode) ? (errorCode as ErrorCode) : 'INVALID_STATE';
    throw new DomainError('failed-precondition', code, errorMessage, {
      violations: [{ field: 'context', description: `${errorCode}: ${errorMessage}` }],
    });
  }
  const flag = state.compiled.flag(flagKey);
  // For everybody, not only for those whose double is a fraction.
  const isDouble = type === 'int' && flag !== undefined && numberTypeOf(flag) === 'double';
  if (value !== undefined && (isDouble || !IS_OF_TYPE[type](value))) {
    const found = JSON.stringify((flag && numberTypeOf(flag)) ?? flag?.type ?? 'another type');
    throw new DomainError(
      'invalid',
      'TYPE_MISMATCH',
      `Flag ${JSON.stringify(flagKey)} of type ${found} has no value of type "${type}" for this context.`,
      { violations: [{ field: 'flag_key', description: `its value is no ${type}` }] },
    );
  }
  return {
    value: value as FlagdValues[T] | undefined,
    reason: servedReason(decision),
    variant,
    metadata: { ...setMetadataOf(state), ...decision.metadata },
  };
}

/** A decision in a response of all flags; undefined for a failure, which has no place there. */
export function anyFlag(decision: Decision): flagdEvaluationV2.AnyFlag | undefined {
  if (decision.errorCode !== undefined) return undefined;
  const { variant, value, metadata } = decision;
  return { reason: servedReason(decision), variant, value: anyValue(value), metadata };
}

/** Metadata of the flag set. */
export function setMetadataOf(state: EnvironmentState): Readonly<Record<string, string>> {
  return { flagSetId: state.flagSetId, version: String(state.revision) };
}

function anyValue(value: JsonValue | undefined): flagdEvaluationV2.AnyFlag['value'] {
  switch (typeof value) {
    case 'boolean':
      return { $case: 'boolValue', value };
    case 'string':
      return { $case: 'stringValue', value };
    case 'number':
      return { $case: 'doubleValue', value };
    default:
      return isObject(value) ? { $case: 'objectValue', value } : undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
