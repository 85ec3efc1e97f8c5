import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';

import type { JsonObject } from '@sortition/kernel';
import { DomainError } from '@sortition/kernel';

/**
 * Reads a declaration from a YAML or JSON file, or from standard input when the file is `-`.
 *
 * @throws DomainError when the file can not be read or is no document; the message names the line.
 */
export async function readDeclaration(file: string): Promise<JsonObject> {
  const text = await contentOf(file);
  const { readDocument } = await import('@sortition/declaration');
  return readDocument(text, file.endsWith('.json') ? 'json' : 'yaml', file);
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it is not readable';
    const message = `The declaration "${file}" can not be read: ${reason}.`;
    throw new DomainError('invalid', 'INVALID_ARGUMENT', message, {
      cause,
      violations: [{ field: '--file', description: message }],
    });
  }
}
