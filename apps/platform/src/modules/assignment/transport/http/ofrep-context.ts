import { DomainError } from '@sortition/kernel';

export type OfrepContext = Readonly<Record<string, unknown>> | undefined;

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
  return context;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidContext(field: string, value: unknown): DomainError {
  const kind = Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', `${field} must be a JSON object, not ${kind}.`, {
    violations: [{ field, description: `is ${kind}` }],
  });
}
