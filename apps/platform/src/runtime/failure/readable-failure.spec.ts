import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';
import fc from 'fast-check';

import { statusOfError } from '../grpc/status-of-error.js';
import { cut, readableFailure } from './readable-failure.js';

/** Trailers that clients in C++, Java and Python read, with room for what proxies add. */
const TRAILER_BYTES = 7_680;

/** As HTTP/2 counts the size of a header list: 32 bytes beside each name and value. */
const trailerBytes = (error: DomainError): number => {
  const { code, details, metadata } = statusOfError(error);
  const headers = Object.entries({
    'grpc-status': String(code),
    'grpc-message': encodeURI(details),
    ...metadata?.toHttp2Headers(),
  });
  return headers.reduce((sum, [name, value]) => sum + name.length + String(value).length + 32, 0);
};

const invalid = (message: string, violations: readonly { field: string; description: string }[] = []): DomainError =>
  new DomainError('invalid', 'INVALID_ARGUMENT', message, { violations, retryAfterMs: 1_000 });

describe('a failure for the wire', () => {
  it('says how many violations were left out', () => {
    const violations = Array.from({ length: 400 }, (_, index) => ({
      field: `flags[${String(index)}].key`,
      description: `must be a key of lower-case letters, got ${JSON.stringify('A'.repeat(40))}`,
    }));

    const told = readableFailure(invalid('The declaration is not valid.', violations)).violations;

    expect(told.length).toBeGreaterThan(15);
    expect(told.slice(0, -1)).toEqual(violations.slice(0, told.length - 1));
    expect(told.at(-1)).toEqual({ field: '', description: `and ${String(400 - (told.length - 1))} more` });
  });

  it('stays as it is when it is short', () => {
    const error = invalid('Größe "ä" ist 😀.', [{ field: 'größe', description: 'is "ä"' }]);

    expect(readableFailure(error)).toMatchObject({
      kind: error.kind,
      code: error.code,
      message: error.message,
      violations: error.violations,
      retryAfterMs: 1_000,
    });
  });

  it.each([
    ['ASCII', 'x', 1_024],
    ['text that is spelled with three bytes for each', '"', 682],
    ['letters of two bytes', 'ä', 341],
    ['pairs of surrogates', '😀', 170],
  ])('cuts a message of %s between characters', (_what, character, characters) => {
    const text = cut(character.repeat(33_000), 1_024, 2_048);

    expect(text).toMatch(/…$/);
    expect(
      Array.from(text)
        .slice(0, -1)
        .every((each) => each === character),
    ).toBe(true);
    expect(Array.from(text).length).toBeGreaterThanOrEqual(characters - 4);
    expect(Array.from(text).length).toBeLessThanOrEqual(characters);
  });

  it('shortens what it quotes before it leaves out what it says about it', () => {
    const selector = `\\"${'x'.repeat(33_000)}`;

    const text = cut(`The selector "${selector}" is not "shop".`, 1_024);

    expect(text).toMatch(/^The selector "\\"x{90,100}…" is not "shop"\.$/);
  });

  it('mends half a pair of surrogates, which no trailer can carry', () => {
    expect(statusOfError(invalid('got "\ud800"')).details).toBe('got "\ufffd"');
  });

  it('has trailers that every client reads, whatever it quotes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.string({ maxLength: 40 }).map((part) => part.repeat(1_000)),
      fc.constantFrom('😀', '"', 'ä', '\n', '\u202e', '%').map((part) => part.repeat(40_000)),
    );
    const violations = fc.array(fc.record({ field: text, description: text }), { maxLength: 30 });

    fc.assert(
      fc.property(text, violations, (message, given) => {
        expect(trailerBytes(invalid(message, given))).toBeLessThanOrEqual(TRAILER_BYTES);
      }),
      { numRuns: 50 },
    );
  });

  it('has trailers that every client reads when there are 100,000 small violations', () => {
    const violations = Array.from({ length: 100_000 }, () => ({ field: '', description: '' }));

    expect(trailerBytes(invalid('"'.repeat(5_000), violations))).toBeLessThanOrEqual(TRAILER_BYTES);
  });
});
