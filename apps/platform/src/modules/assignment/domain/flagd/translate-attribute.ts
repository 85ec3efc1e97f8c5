import type { Findings } from './untranslatable-flags.js';
import { attribute, type Logic } from './json-logic.js';

/** Names that flagd's evaluators set themselves, or that some of them cannot look up. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(['', '$flagd', '__proto__']);

/**
 * The value of an attribute. A dotted name is first looked up as it is here and only as a path by flagd, so that no
 * expression means the same.
 */
export function translateAttribute(name: string, findings: Findings): Logic {
  if (/[./\\]/.test(name) || TAKEN_NAMES.has(name)) {
    return findings.note(
      'ATTRIBUTE_PATH',
      `flagd cannot look up the attribute ${JSON.stringify(name)} as it is meant.`,
    );
  }
  return attribute(name);
}
