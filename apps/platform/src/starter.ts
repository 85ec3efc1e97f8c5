import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { INestApplicationContext } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';
import { z } from 'zod';

import { CreateStarter, EnsureOperatorToken } from './modules/admin/index.js';
import type { PlatformOptions } from './runtime/config/platform-options.js';
import type { Starter, StarterKeys } from './runtime/platform.js';

const ORGANIZATION = 'starter';
const PROJECT = 'shop';
const ENVIRONMENTS = ['production', 'development'] as const;

const KEYS = z.object({ admin: z.string(), server: z.string(), client: z.string(), operator: z.string().optional() });

/** What the file holds. */
type StoredKeys = z.infer<typeof KEYS>;

/**
 * Makes an organization, a project, its environments and keys on the first start. With the embedded database the keys
 * also lie in a file that only the owner can read, so that later starts can show them again.
 */
export async function ensureStarter(app: INestApplicationContext, options: PlatformOptions): Promise<Starter> {
  const starter = { organization: ORGANIZATION, project: PROJECT, environment: ENVIRONMENTS[0] };
  if (!options.roles.includes('admin')) return { ...starter, isNew: false, keys: undefined, operatorToken: undefined };

  const path = options.databaseUrl === undefined ? starterKeysPath(options.dataDirectory) : undefined;
  const made = await app
    .get(CreateStarter, { strict: false })
    .execute({ organization: ORGANIZATION, project: PROJECT, environments: ENVIRONMENTS });
  const operator = await app.get(EnsureOperatorToken, { strict: false }).execute();
  const kept = path === undefined ? undefined : await readKeys(path);
  const keys = made.outcome === 'created' ? made.keys : kept && pickKeys(kept);
  const operatorToken = operator ?? kept?.operator;
  if (path !== undefined && keys && (made.outcome === 'created' || operator !== undefined)) {
    const stored: StoredKeys = { ...keys, operator: operatorToken };
    await writeFile(path, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 });
  }
  return { ...starter, isNew: made.outcome === 'created', keys, operatorToken };
}

function pickKeys({ admin, server, client }: StoredKeys): StarterKeys {
  return { admin, server, client };
}

/** Where the starter keys lie in embedded mode. */
function starterKeysPath(dataDirectory: string): string {
  return join(dataDirectory, 'starter-keys.json');
}

/** Undefined when somebody removed the file, which is a fine thing to do once the keys are kept elsewhere. */
async function readKeys(path: string): Promise<StoredKeys | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return KEYS.parse(JSON.parse(text));
  } catch (error) {
    throw new DomainError(
      'invalid',
      'INVALID_CONFIGURATION',
      `The file ${path} does not hold the starter keys any more. Remove it; the keys themselves stay valid.`,
      { cause: error },
    );
  }
}
