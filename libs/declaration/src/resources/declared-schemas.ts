import type { JsonObject } from '@sortition/kernel';

import { KEY_PATTERN } from '../resource-name.js';

/** Pieces of the declaration's JSON Schema that several kinds use. */
export const KEY_SCHEMA = { type: 'string', pattern: KEY_PATTERN };
export const TEXT_SCHEMA = { type: 'string' };
export const PATH_SCHEMA = {
  type: 'string',
  minLength: 1,
  description: 'Path of an attribute of the context, for example "user.plan".',
};
export const SALT_SCHEMA = {
  type: 'string',
  pattern: '^[^/]+$',
  description:
    'Part of the bucketing hash. Absent: made once and kept; a copy elsewhere needs it to keep units in place.',
};

export function objectSchema(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}

export function listSchema(items: JsonObject): JsonObject {
  return { type: 'array', items };
}
