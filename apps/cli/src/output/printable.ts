/**
 * What acts on a terminal, or makes text read differently from what it is: control characters, bidirectional controls,
 * line and paragraph separators, and halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT_FORMS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Whether a terminal would do something else than show it; line feeds and tabs count. */
export function isUnprintable(text: string): boolean {
  return text.search(UNPRINTABLE) >= 0;
}

/**
 * Text of a command with its own line feeds and tabs; everything else that a terminal would act on is written as
 * `\u001b`, which JSON and double-quoted YAML read back as the same character.
 */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : unicodeEscape(character),
  );
}

/** A value that somebody else may have written, in one line: line feeds and tabs are escaped too. */
export function printableValue(value: string): string {
  return value.replace(UNPRINTABLE, (character) => SHORT_FORMS[character] ?? unicodeEscape(character));
}

/** A copy of JSON-like data with every text in it, keys included, as {@link printableValue} writes it. */
export function printableData<Data>(data: Data): Data {
  // Every branch returns the shape that it was given.
  return printable(data) as Data;
}

function printable(data: unknown): unknown {
  if (typeof data === 'string') return printableValue(data);
  if (Array.isArray(data)) return data.map(printable);
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [printableValue(key), printable(value)]));
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
