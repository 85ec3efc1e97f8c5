import { DomainError, isHeldByDouble } from '@sortition/kernel';
import { parse } from 'lossless-json';

import { EventRejection, quoted } from '../../domain/event-rejection.js';

/** Numbers of so many digits, or with an exponent, are looked at; a double holds all others. */
const SUSPECT = /[:,[]\s*-?\d(?:[\d.]{15}|[\d.]*[eE])/;

/** A number of a JSON text that a double does not hold. */
class UnheldNumber {
  constructor(readonly text: string) {}
}

/**
 * Looks in a JSON text for numbers that would turn into others: whole numbers that a double rounds, such as
 * 9007199254740993, and numbers that overflow or underflow it. Fractions of more digits than a double has are rounded
 * to the nearest one, as everywhere, and are not found.
 *
 * @param list name of the list that the text's object holds.
 * @throws DomainError INVALID_ARGUMENT when the text is nested too deeply to be looked through.
 * @returns what is wrong with each entry of the list that has such a number, by its position.
 */
export function unheldNumbers(text: string, list: string): ReadonlyMap<number, EventRejection> {
  const found = new Map<number, EventRejection>();
  if (!SUSPECT.test(text)) return found;
  const body = parseWhole(text);
  const entries: unknown = (body as Readonly<Record<string, unknown>> | null)?.[list];
  if (!Array.isArray(entries)) return found;
  for (const [index, entry] of entries.entries()) {
    const rejection = rejectionIn(entry, '');
    if (rejection) found.set(index, rejection);
  }
  return found;
}

function parseWhole(text: string): unknown {
  try {
    return parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    // The text is JSON; what fails is the stack.
    if (!(error instanceof RangeError)) throw error;
    const description = 'is nested too deeply';
    throw new DomainError('invalid', 'INVALID_ARGUMENT', `body ${description}.`, {
      cause: error,
      violations: [{ field: 'body', description }],
    });
  }
}

function parseNumber(text: string): number | UnheldNumber {
  return isHeldByDouble(text) ? Number(text) : new UnheldNumber(text);
}

function rejectionIn(value: unknown, path: string): EventRejection | undefined {
  if (value instanceof UnheldNumber) {
    const problem = `${quoted(value.text)} is a number that double precision cannot hold; send it as a text, or rounded`;
    return new EventRejection('INVALID_ARGUMENT', path, problem);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, nested] of Object.entries(value)) {
    const rejection = rejectionIn(nested, path === '' ? key : `${path}.${key}`);
    if (rejection) return rejection;
  }
  return undefined;
}
