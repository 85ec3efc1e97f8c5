import type { ValueTest } from './value-test.js';

/** Whether text has one of the pieces. Values that are not text never match. */
export function textTest(
  method: 'includes' | 'startsWith' | 'endsWith',
  pieces: string | readonly string[],
  ignoreCase: boolean,
): ValueTest {
  const fold = ignoreCase ? foldCase : (text: string): string => text;
  const folded = (typeof pieces === 'string' ? [pieces] : pieces).map(fold);
  return (value) => {
    if (typeof value !== 'string') return false;
    const text = fold(value);
    for (const piece of folded) if (text[method](piece)) return true;
    return false;
  };
}

/** Text without its case: Unicode's locale-independent lower case. No normalization: U+00E9 is not e + U+0301. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}
