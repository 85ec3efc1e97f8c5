import { readFile } from 'node:fs/promises';

const LARGEST_FILE_BYTES = 1024 * 1024;

/**
 * Reads a secret from the operator's file of secrets: JSON of the form `{"<organization>": {"<name>": "<secret>"}}`. It
 * is read anew for each message, so that a changed secret counts at once.
 *
 * @throws Error that says what is missing and never what is there.
 */
export async function readSecret(path: string | undefined, organization: string, name: string): Promise<string> {
  if (path === undefined) throw new Error('The operator keeps no file of secrets: set SORTITION_SECRETS_FILE.');
  const secret = secretIn(await textOf(path), organization, name);
  if (secret === undefined) {
    throw new Error(`The file of secrets has no secret "${name}" for the organization "${organization}".`);
  }
  return secret;
}

async function textOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`The file of secrets cannot be read: ${String((error as NodeJS.ErrnoException).code)}.`);
  });
  if (text.length > LARGEST_FILE_BYTES) throw new Error('The file of secrets is larger than 1 MiB.');
  return text;
}

function secretIn(text: string, organization: string, name: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message would repeat parts of the file.
    throw new Error('The file of secrets is no JSON.');
  }
  const secret = ownOf(ownOf(parsed, organization), name);
  return typeof secret === 'string' ? secret : undefined;
}

function ownOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
