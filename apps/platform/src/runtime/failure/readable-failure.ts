import { DomainError, type FieldViolation } from '@sortition/kernel';

/**
 * Bytes of UTF-8 that a failure tells at most. gRPC carries a failure in its trailers, its message twice; clients in
 * C++, Java and Python read 8 KiB of trailers, and grpc-js loses its connection at 64 KiB. HTTP has no such bound, and
 * keeps the same one so that a failure reads alike everywhere.
 */
export const FAILURE_BYTES = { message: 1_024, field: 256, description: 512, violations: 2_400 } as const;

/** Bytes of the message as the trailer `grpc-message` spells it: three for each byte outside of ASCII. */
const SPELLED_MESSAGE_BYTES = 2_048;
/** What each violation costs beside its texts. */
const VIOLATION_OVERHEAD_BYTES = 10;
/** Quotes are this long in a text that does not fit, so that what is said about them is read. */
const MAX_QUOTE_LENGTH = 100;
/** Characters at the beginning of a text in which quotes are looked for. */
const QUOTES_WITHIN = 100_000;
const QUOTE = /"(?:[^"\\]|\\.)*"/g;
const PRINTABLE_ASCII = /^[ -~]*$/;
const ELLIPSIS = '…';
const ELLIPSIS_BYTES = Buffer.byteLength(ELLIPSIS);

/**
 * A failure that every client can read: texts that are too long are cut, and a last violation says how many of them
 * were left out. Text that is no valid Unicode is made valid.
 */
export function readableFailure(error: DomainError): DomainError {
  const message = cut(error.message, FAILURE_BYTES.message, SPELLED_MESSAGE_BYTES);
  const violations = readableViolations(error.violations);
  const { kind, code, retryAfterMs } = error;
  return new DomainError(kind, code, message, {
    cause: error,
    violations,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function readableViolations(violations: readonly FieldViolation[]): readonly FieldViolation[] {
  const told: FieldViolation[] = [];
  let bytes = 0;
  for (const violation of violations) {
    const field = cut(violation.field, FAILURE_BYTES.field);
    const description = cut(violation.description, FAILURE_BYTES.description);
    bytes += Buffer.byteLength(field) + Buffer.byteLength(description) + VIOLATION_OVERHEAD_BYTES;
    if (bytes > FAILURE_BYTES.violations) {
      return [...told, { field: '', description: `and ${String(violations.length - told.length)} more` }];
    }
    told.push({ field, description });
  }
  return told;
}

/** The text itself when it fits; else with its longest quotes shortened, and without its end when it still does not. */
export function cut(text: string, maxBytes: number, maxSpelledBytes = Number.POSITIVE_INFINITY): string {
  if (text.length * 3 <= maxBytes && PRINTABLE_ASCII.test(text)) return text;
  const whole = beginningOf(text, maxBytes, maxSpelledBytes);
  return whole.isCut ? beginningOf(withShortQuotes(text), maxBytes, maxSpelledBytes).text : whole.text;
}

function withShortQuotes(text: string): string {
  return text
    .slice(0, QUOTES_WITHIN)
    .replace(QUOTE, (quote: string) =>
      quote.length > MAX_QUOTE_LENGTH ? `${quote.slice(0, MAX_QUOTE_LENGTH).replace(/\\+$/, '')}${ELLIPSIS}"` : quote,
    );
}

function beginningOf(
  text: string,
  maxBytes: number,
  maxSpelledBytes: number,
): { readonly text: string; readonly isCut: boolean } {
  const wellFormed = Buffer.from(text.slice(0, maxBytes + 1)).toString();
  let bytes = 0;
  let spelledBytes = 0;
  let length = 0;
  let endWithEllipsis = 0;
  for (const character of wellFormed) {
    bytes += Buffer.byteLength(character);
    spelledBytes += encodeURI(character).length;
    if (bytes > maxBytes || spelledBytes > maxSpelledBytes) {
      return { text: wellFormed.slice(0, endWithEllipsis) + ELLIPSIS, isCut: true };
    }
    length += character.length;
    const hasRoom = bytes + ELLIPSIS_BYTES <= maxBytes && spelledBytes + ELLIPSIS_BYTES * 3 <= maxSpelledBytes;
    if (hasRoom) endWithEllipsis = length;
  }
  return { text: wellFormed, isCut: false };
}
