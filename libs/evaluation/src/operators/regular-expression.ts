import { RE2JS } from 're2js';

import type { AttributeOperatorModule } from '../conditions/operator.js';

/** Longest text that a regular expression looks at, in UTF-16 code units; longer text does not match. */
export const TEXT_LENGTH = 65_536;

/** `matches`: RE2 syntax in time linear in the text. Finds the pattern anywhere unless it is anchored. */
export const regularExpression: AttributeOperatorModule = {
  field: 'matches',
  compile(argument, { ignoreCase }) {
    const pattern = RE2JS.compile(textOf(argument), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return (value) => typeof value === 'string' && value.length <= TEXT_LENGTH && pattern.matcher(value).find();
  },
};

function textOf(argument: string | readonly string[]): string {
  if (typeof argument === 'string') return argument;
  throw new TypeError('must be one pattern');
}
