import type { Role } from '@sortition/platform';

import { suggestion } from '../failure/nearest-names.js';
import { UsageError } from '../failure/usage-error.js';
import { ROLES } from './command-environment.js';

/** @throws UsageError unless the text is a whole number from 0 to 65535. */
export function parsePort(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`${option} must be a whole number from 0 to 65535, got "${text}".`);
  }
  return port;
}

/** @throws UsageError unless the text is a list of roles. */
export function parseRoles(text: string): readonly Role[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names)].map((name) => {
    const role = ROLES.find((known) => known === name);
    if (role === undefined) throw new UsageError(`--roles: there is no role "${name}"; ${suggestion(name, ROLES)}`);
    return role;
  });
}
