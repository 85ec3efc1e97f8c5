import type { Steps } from '@sortition/kernel';

import { invalidArgument } from './configuration-errors.js';

const TEXT_LENGTH = 1_000_000;

/** Like {@link requireStorableText}, a step for each element of the lists of a document. */
export function* requireStorableTexts(document: unknown, path: string): Steps<void> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    requireStorableText(document, path);
    return;
  }
  for (const [name, section] of Object.entries(document as Readonly<Record<string, unknown>>)) {
    const items: readonly unknown[] = Array.isArray(section) ? section : [];
    requireStorableText({ [name]: Array.isArray(section) ? [] : section }, path);
    for (const [index, item] of items.entries()) {
      requireStorableText(item, `${path}.${name}[${String(index)}]`);
      yield;
    }
  }
}

/**
 * Refuses text that the database cannot keep, the character NUL and text beyond a million characters, and the name
 * `__proto__`, which programs that read the object would lose or take for something else.
 *
 * @throws DomainError INVALID_ARGUMENT naming the path.
 */
export function requireStorableText(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) throw invalidArgument(path, value, 'must not contain the character NUL');
    if (value.length > TEXT_LENGTH) throw invalidArgument(path, value, `must be at most ${TEXT_LENGTH} characters`);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => requireStorableText(item, `${path}[${index}]`));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      requireStorableText(name, path);
      if (name === '__proto__') throw invalidArgument(path, name, 'must not have a property of this name');
      requireStorableText(item, `${path}.${name}`);
    }
  }
}
