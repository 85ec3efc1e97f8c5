import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';

import type { JsonObject } from '@sortition/kernel';
import { DomainError } from '@sortition/kernel';
import { parse, YAMLParseError } from 'yaml';

/**
 * Reads a declaration from a YAML or JSON file, or from standard input when the file is `-`.
 *
 * @throws DomainError when the file can not be read or is no document; the message names the line.
 */
export async function readDeclaration(file: string): Promise<JsonObject> {
  const text = await contentOf(file);
  const parsed = file.endsWith('.json') ? parseJson(file, text) : parseYaml(file, text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed(file, 'it must be an object with flags, segments, layers, metrics or experiments');
  }
  // Both parsers only make JSON values.
  return parsed as JsonObject;
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it is not readable';
    throw malformed(file, reason, cause);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw malformed(
      file,
      cause instanceof YAMLParseError ? (message.split('\n')[0] ?? message).replace(/:$/, '') : message,
      cause,
    );
  }
}

function malformed(file: string, reason: string, cause?: unknown): DomainError {
  const message = `The declaration "${file}" can not be read: ${reason}.`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', message, {
    cause,
    violations: [{ field: '--file', description: message }],
  });
}
