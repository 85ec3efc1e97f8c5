import type { Flag, Snapshot } from '@sortition/evaluation';
import { finished } from '@sortition/kernel';

import { EnvironmentState } from '../domain/environment-state.js';
import type { Principal } from '../../../runtime/auth/principal.js';
import { compileStandard } from './compile-standard.js';
import { FixedKeys } from './fixed-keys.js';
import { InMemorySnapshotFeed } from './in-memory-snapshot-feed.js';

export const ORGANIZATION_ID = '0190c0de-0000-7000-8000-000000000001';
export const ENVIRONMENT_ID = '0190c0de-0000-7000-8000-0000000000e1';

const HALF = 500_000;

/** On or off for everybody; clients may see it. */
export const banner: Flag = {
  key: 'banner',
  type: 'boolean',
  variants: [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ],
  enabled: true,
  defaultVariant: 'on',
  rules: [],
  clientVisible: true,
};

/** An experiment on halves of all units. */
export const checkout: Flag = {
  key: 'checkout',
  type: 'string',
  variants: [
    { key: 'control', value: 'plain' },
    { key: 'treatment', value: 'express' },
  ],
  enabled: true,
  defaultVariant: 'control',
  clientVisible: true,
  rules: [
    {
      key: 'experiment',
      serve: {
        kind: 'experiment',
        experiment: 'checkout-test',
        phase: 1,
        split: {
          salt: 'checkout-salt',
          allocations: [
            { variant: 'control', weight: HALF },
            { variant: 'treatment', weight: HALF },
          ],
        },
      },
    },
  ],
};

/** Only for servers. */
export const limit: Flag = {
  key: 'limit',
  type: 'number',
  variants: [{ key: 'zero', value: 0 }],
  enabled: true,
  defaultVariant: 'zero',
  rules: [{ key: 'secret-rule', condition: { attribute: 'plan', equals: 'pro' }, serve: { kind: 'callerDefault' } }],
};

/** Disabled, without a variant to serve meanwhile. */
export const theme: Flag = {
  key: 'theme',
  type: 'object',
  variants: [{ key: 'dark', value: { background: 'black' } }],
  enabled: false,
  defaultVariant: 'dark',
  rules: [],
  clientVisible: true,
};

export const shop: Snapshot = {
  format: 1,
  organization: 'acme',
  project: 'shop',
  environment: 'production',
  revision: 1,
  flags: [banner, checkout, limit, theme],
  segments: [],
  lists: [],
  layers: [],
  holdouts: [],
};

/** The shop's production environment, compiled. */
export function shopState(): EnvironmentState {
  return new EnvironmentState(finished(compileStandard(shop)), 'hash');
}

/** A feed that publishes the shop's production environment. */
export function shopFeed(): InMemorySnapshotFeed {
  const feed = new InMemorySnapshotFeed();
  feed.publish(ORGANIZATION_ID, ENVIRONMENT_ID, shop);
  return feed;
}

/** A credential of the form by which flagd's clients are known to carry one; the same as "server". */
export const FLAGD_CREDENTIAL = `sor_server_0123456789ab_${'x'.repeat(43)}`;

/** The credentials "server", "client" and "admin". */
export function shopKeys(): FixedKeys {
  const environment = { id: ENVIRONMENT_ID, project: 'shop', environment: 'production' };
  const principal = (kind: Principal['kind']): Principal => ({
    organizationId: ORGANIZATION_ID,
    organization: 'acme',
    keySelector: kind,
    kind,
    environment: kind === 'admin' ? undefined : environment,
  });
  const server = principal('server');
  return new FixedKeys({ server, [FLAGD_CREDENTIAL]: server, client: principal('client'), admin: principal('admin') });
}
