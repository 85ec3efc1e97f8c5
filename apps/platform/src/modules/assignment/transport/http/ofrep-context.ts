import { DomainError } from '@sortition/kernel';

export type OfrepContext = Readonly<Record<string, unknown>> | undefined;

/** Objects and lists within each other, the context itself included. */
const MAX_DEPTH = 100;

/**
 * Reads the evaluation context of a request. A missing body or context is an empty context, as clients send it.
 *
 * @throws DomainError INVALID_ARGUMENT naming the field `context`.
 */
export function ofrepContext(body: unknown): OfrepContext {
  if (body === undefined || body === null) return undefined;
  if (!isObject(body)) throw invalidContext('body', body);
  const { context } = body;
  if (context === undefined || context === null) return undefined;
  if (!isObject(context)) throw invalidContext('context', context);
  if (exceedsDepth(context, MAX_DEPTH)) throw tooDeep();
  return context;
}

/** Walks names instead of taking all values, since this is done for every evaluation. */
function exceedsDepth(value: object, levels: number): boolean {
  for (const name in value) {
    const each = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof each !== 'object' || each === null) continue;
    if (levels === 1 || exceedsDepth(each, levels - 1)) return true;
  }
  return false;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooDeep(): DomainError {
  const rule = `must be nested at most ${String(MAX_DEPTH)} levels deep`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', `context ${rule}.`, {
    violations: [{ field: 'context', description: rule }],
  });
}

function invalidContext(field: string, value: unknown): DomainError {
  const kind = Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', `${field} must be a JSON object, not ${kind}.`, {
    violations: [{ field, description: `is ${kind}` }],
  });
}
