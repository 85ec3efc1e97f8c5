import type { KeyKind } from './principal.js';

const PERMISSIONS = [
  'configuration.read',
  'configuration.write',
  'keys.manage',
  'audit.read',
  'resolve',
  'explain',
  'sync',
  'events.write',
  'events.inspect',
  'events.replay',
  'data.erase',
  'data.export',
  'results.read',
  'results.compute',
  'organizations.manage',
] as const;

/** What a key may do. */
export type Permission = (typeof PERMISSIONS)[number];

export function isPermission(value: unknown): value is Permission {
  return PERMISSIONS.some((permission) => permission === value);
}

/** Permissions of each kind of key. */
export const PERMISSIONS_OF_KIND: Readonly<Record<KeyKind, ReadonlySet<Permission>>> = {
  client: new Set<Permission>(['resolve', 'events.write']),
  server: new Set<Permission>(['resolve', 'explain', 'sync', 'events.write']),
  admin: new Set<Permission>([
    'configuration.read',
    'configuration.write',
    'keys.manage',
    'audit.read',
    'explain',
    'events.inspect',
    'events.replay',
    'data.erase',
    'data.export',
    'results.read',
    'results.compute',
  ]),
  operator: new Set<Permission>(['organizations.manage', 'keys.manage', 'audit.read']),
};
