import type { JsonObject } from '@sortition/kernel';
import { Document, Scalar, visit } from 'yaml';

import { isUnprintable } from '../output/printable.js';

/** Long text stays in its line: folding loses line feeds that stand beside blank space. */
const UNFOLDED = { lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER } as const;

/**
 * A declaration as YAML, without the line feed at its end. What a terminal would act on stands in double quotes, where
 * an escape can replace it.
 */
export function renderDeclaration(declaration: JsonObject): string {
  const document = new Document(declaration);
  visit(document, {
    Scalar: (_key, scalar) => {
      const { value } = scalar;
      if (typeof value === 'string' && needsQuotes(value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Only the last line feed: a text that ends the document may have line feeds of its own.
  return document.toString(UNFOLDED).replace(/\n$/, '');
}

/** Blank space at the edge of a line gets lost in block text, for example of " \\n". */
function needsQuotes(text: string): boolean {
  return isUnprintable(text.replaceAll('\n', '')) || (text.includes('\n') && /^\s|\s$/m.test(text));
}
