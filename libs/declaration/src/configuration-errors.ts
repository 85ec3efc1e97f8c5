import { DomainError, type FieldViolation } from '@sortition/kernel';

/** Longest piece of a value that a message repeats, in UTF-16 code units. */
const QUOTED_LENGTH = 80;

/** A field holds a value that cannot be accepted. `reason` reads after the field: "must be …". */
export function invalidArgument(field: string, value: unknown, reason: string): DomainError {
  const violation = violationOf(field, value, reason);
  return new DomainError('invalid', 'INVALID_ARGUMENT', `${field} ${violation.description}.`, {
    violations: [violation],
  });
}

export function violationOf(field: string, value: unknown, reason: string): FieldViolation {
  return { field, description: `${reason}, got ${quoted(value)}` };
}

/** Throws when there is any violation; the message carries the first ones, the error all of them. */
export function refuseViolations(violations: readonly FieldViolation[]): void {
  if (violations.length === 0) return;
  const [first] = violations;
  const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`;
  const message = `${first?.field ?? 'configuration'} ${first?.description ?? 'is invalid'}${more}`;
  throw new DomainError('invalid', 'INVALID_CONFIGURATION', message.endsWith('?') ? message : `${message}.`, {
    violations,
  });
}

export function unknownEnumValue(field: string, value: unknown, known: readonly string[]): DomainError {
  const violation = violationOf(field, value, `must be one of ${known.join(', ')}`);
  return new DomainError('invalid', 'UNKNOWN_ENUM_VALUE', `${field} ${violation.description}.`, {
    violations: [violation],
  });
}

/** @param meant the name that was most likely meant. */
export function notFound(name: string, field = 'name', meant?: string): DomainError {
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  return new DomainError('not-found', 'RESOURCE_NOT_FOUND', `No resource "${name}" exists.${hint}`, {
    violations: [{ field, description: `does not exist, got "${name}"` }],
  });
}

export function alreadyExists(name: string): DomainError {
  return new DomainError('already-exists', 'ALREADY_EXISTS', `"${name}" exists already.`, {
    violations: [{ field: 'name', description: `is taken, got "${name}"` }],
  });
}

export function staleEtag(name: string, given: string, stored: string): DomainError {
  return new DomainError(
    'conflict',
    'STALE_ETAG',
    `"${name}" was changed since it was read: its etag is "${stored}", got "${given}". Read it again.`,
    { violations: [{ field: 'etag', description: `must be "${stored}", got "${given}"` }] },
  );
}

export function resourceInUse(name: string, referrers: readonly string[]): DomainError {
  return new DomainError(
    'failed-precondition',
    'RESOURCE_IN_USE',
    `"${name}" is referred to by ${referrers.map((referrer) => `"${referrer}"`).join(', ')}.`,
    { violations: [{ field: 'name', description: `is referred to by ${referrers.join(', ')}` }] },
  );
}

/** The resource is in a state that does not allow what was asked. */
export function invalidState(field: string, value: string, reason: string): DomainError {
  return new DomainError('failed-precondition', 'INVALID_STATE', `${field} "${value}" ${reason}.`, {
    violations: [{ field, description: `${reason}, got "${value}"` }],
  });
}

function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > QUOTED_LENGTH ? `${json.slice(0, QUOTED_LENGTH)}…` : json;
}
