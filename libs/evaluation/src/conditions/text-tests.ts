import type { ValueTest } from './value-test.js';

export type TextOperator = 'contains' | 'startsWith' | 'endsWith';

const COMPARE: Readonly<Record<TextOperator, (text: string, piece: string) => boolean>> = {
  contains: (text, piece) => text.includes(piece),
  startsWith: (text, piece) => text.startsWith(piece),
  endsWith: (text, piece) => text.endsWith(piece),
};

/** Whether text has one of the pieces. Values that are not text never match. */
export function textTest(
  operator: TextOperator,
  pieces: string | readonly string[],
  options: { readonly ignoreCase: boolean },
): ValueTest {
  const compare = COMPARE[operator];
  const all = typeof pieces === 'string' ? [pieces] : pieces;
  if (options.ignoreCase) {
    const folded = all.map(foldCase);
    return (value) => typeof value === 'string' && hasPiece(compare, foldCase(value), folded);
  }
  const [only] = all;
  if (only !== undefined && all.length === 1) return (value) => typeof value === 'string' && compare(value, only);
  return (value) => typeof value === 'string' && hasPiece(compare, value, all);
}

/** Text without its case: Unicode's locale-independent lower case. No normalization: U+00E9 is not e + U+0301. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

function hasPiece(compare: (text: string, piece: string) => boolean, text: string, pieces: readonly string[]): boolean {
  for (const piece of pieces) {
    if (compare(text, piece)) return true;
  }
  return false;
}
