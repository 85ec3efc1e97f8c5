import { readFileSync } from 'node:fs';

import { failureMessage } from '@sortition/plugin-sdk';

import { pluginFailure } from './plugin-failure.js';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The configuration with every `{"secret": "env:NAME"}` and `{"secret": "file:/path"}` replaced by what it stands for, so
 * that a plugins file holds no secret. A file's last line feed is left out.
 *
 * @throws DomainError INVALID_STATE when a secret is not there; names the reference and never a value.
 */
export function resolveSecrets(configuration: unknown, plugin: string, variables: Variables): unknown {
  if (Array.isArray(configuration)) return configuration.map((each) => resolveSecrets(each, plugin, variables));
  if (typeof configuration !== 'object' || configuration === null) return configuration;
  const entries = Object.entries(configuration);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'secret' && typeof first[1] === 'string') {
    return secretOf(first[1], plugin, variables);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, resolveSecrets(value, plugin, variables)]));
}

function secretOf(reference: string, plugin: string, variables: Variables): string {
  const [, kind, place = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (kind === 'env') {
    const value = variables[place];
    if (value === undefined || value === '') {
      throw pluginFailure(`The plugin ${plugin} needs the environment variable ${place}, which is not set.`);
    }
    return value;
  }
  if (kind !== 'file') {
    throw pluginFailure(`The plugin ${plugin} has a secret that is neither "env:NAME" nor "file:/path".`);
  }
  try {
    return readFileSync(place, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw pluginFailure(`The plugin ${plugin} needs the secret in ${place}: ${failureMessage(error)}.`, error);
  }
}
