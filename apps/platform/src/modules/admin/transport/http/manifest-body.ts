import { DomainError, type JsonValue } from '@sortition/kernel';
import { z } from 'zod';

import type { ManifestFlag, ManifestFlagChanges } from '../../domain/manifest-flag.js';

/** The API's own names, and those by which the command has sent them. */
const TYPES = {
  boolean: 'boolean',
  bool: 'boolean',
  string: 'string',
  integer: 'number',
  int: 'number',
  float: 'number',
  number: 'number',
  object: 'object',
} as const;

const DEFAULT_VALUE = z.union([z.boolean(), z.string(), z.number(), z.record(z.string(), z.json())], {
  error: 'must be a boolean, a text, a number or an object',
});

const UPDATE = z.strictObject({
  key: z.string().min(1, 'must not be empty'),
  type: z.enum(Object.keys(TYPES) as (keyof typeof TYPES)[], {
    error: 'must be boolean, string, integer, float or object',
  }),
  name: z.string().optional(),
  description: z.string().nullish(),
  defaultValue: DEFAULT_VALUE.optional(),
});
const CREATION = UPDATE.extend({ defaultValue: DEFAULT_VALUE });

/** A body that does not fit, with the API's own details. */
export class InvalidManifestError extends DomainError {
  constructor(readonly details: readonly ManifestErrorDetail[]) {
    const [first] = details;
    super('invalid', 'INVALID_ARGUMENT', `Validation failed: ${first?.field ?? 'body'} ${first?.message ?? ''}.`, {
      violations: details.map(({ field, message: description }) => ({ field, description })),
    });
  }
}

export interface ManifestErrorDetail {
  readonly field: string;
  readonly code?: string;
  readonly message: string;
}

/** @throws InvalidManifestError */
export function readCreation(body: unknown): ManifestFlagChanges & { readonly defaultValue: JsonValue } {
  const { defaultValue, ...flag } = parsed(CREATION, body);
  requireFit(flag.type, defaultValue);
  return { ...changesOf(flag), defaultValue };
}

/** @throws InvalidManifestError also when the body is about another flag than the path. */
export function readUpdate(body: unknown, key: string): ManifestFlagChanges {
  const { defaultValue, ...flag } = parsed(UPDATE, body);
  if (flag.key !== key) {
    throw new InvalidManifestError([
      { field: 'key', code: 'custom', message: `must be "${key}" as in the path, got "${flag.key}"` },
    ]);
  }
  requireFit(flag.type, defaultValue);
  return { ...changesOf(flag), defaultValue };
}

/** A flag in the form of the API. */
export function manifestFlagBody({ key, type, description, defaultValue }: ManifestFlag): object {
  return {
    key,
    name: key,
    type,
    ...(description !== '' && { description }),
    defaultValue,
  };
}

function requireFit(type: keyof typeof TYPES, value: JsonValue | undefined): void {
  if (value === undefined) return;
  const isWhole = type === 'integer' || type === 'int';
  const fits = typeof value === TYPES[type] && (!isWhole || Number.isInteger(value));
  if (fits) return;
  throw new InvalidManifestError([
    { field: 'defaultValue', code: 'invalid_type', message: `must be of the type "${type}"` },
  ]);
}

function changesOf({
  key,
  type,
  description,
}: Pick<z.infer<typeof UPDATE>, 'key' | 'type' | 'description'>): Omit<ManifestFlagChanges, 'defaultValue'> {
  // The command sends null for a flag that has no description.
  const isWhole = type === 'integer' || type === 'int';
  const numberType = TYPES[type] === 'number' ? (isWhole ? 'integer' : 'double') : undefined;
  return { key, type: TYPES[type], numberType, description: description === null ? '' : description };
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new InvalidManifestError(
    result.error.issues.map(({ path, code, message }) => ({ field: path.join('.') || 'body', code, message })),
  );
}
