import { randomUUID } from 'node:crypto';

/** What separates rows, the texts of a row, and the parts of a text that is a list. */
export type Separators = readonly [row: string, text: string, part: string];

/** Rows of texts as one text, and where it is to be split again. */
export interface SeparatedText {
  readonly text: string;
  readonly separators: Separators;
}

/** What was written with some separators, and how many of each that took. */
export interface WrittenText {
  readonly text: string;
  readonly counts: readonly [rows: number, texts: number, parts: number];
}

/** Control characters that hardly any text holds. */
const USUAL: Separators = ['\u001e', '\u001f', '\u001d'];

/**
 * Joins rows of texts so that they can be told apart again whatever they hold: the separators in the result are
 * counted, and when there are others than those that were written, they are written anew with random ones.
 */
export function separatedText(write: (separators: Separators) => WrittenText): SeparatedText {
  for (let separators = USUAL; ; separators = [randomUUID(), randomUUID(), randomUUID()]) {
    const { text, counts } = write(separators);
    if (separators.every((separator, kind) => occurrences(text, separator) === counts[kind]))
      return { text, separators };
  }
}

function occurrences(text: string, separator: string): number {
  let count = 0;
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length)) count += 1;
  return count;
}
