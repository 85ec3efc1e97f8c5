import type { Platform } from '@sortition/platform';

import { localAddress } from '../connection/host-and-port.js';
import { STARTER_FLAG } from './starter-flag-key.js';

/** What `start --output json` prints in one line. Keys are null when they were shown on an earlier start only. */
export interface ReadyLine {
  /** Where gRPC listens: `host:port`, an IPv6 address in brackets. */
  readonly grpc: string;
  /** `http://host:port` */
  readonly http: string;
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  readonly keys: { readonly admin: string; readonly server: string; readonly client: string } | null;
  /** For `sortition organizations`. Null when it was shown on an earlier start only. */
  readonly operatorToken: string | null;
}

export function readyLine({
  grpcAddress,
  httpUrl,
  starter,
}: Pick<Platform, 'grpcAddress' | 'httpUrl' | 'starter'>): ReadyLine {
  const { organization, project, environment, keys, operatorToken } = starter;
  return {
    grpc: grpcAddress,
    http: httpUrl,
    organization,
    project,
    environment,
    keys: keys ?? null,
    operatorToken: operatorToken ?? null,
  };
}

/**
 * Tells a person where the platform is and how to begin.
 *
 * @param servesFlags whether an application can read flags from this process.
 */
export function renderReady(ready: ReadyLine, servesFlags: boolean): string {
  const { grpc, http, organization, project, environment, keys, operatorToken } = ready;
  const facts: readonly (readonly [string, string])[] = [
    ['gRPC', grpc],
    ['HTTP', http],
    ['organization', organization],
    ['project', project],
    ['environment', environment],
    ...(keys
      ? ([
          ['admin key', keys.admin],
          ['server key', keys.server],
          ['client key', keys.client],
        ] as const)
      : []),
    ...(operatorToken === null ? [] : ([['operator token', operatorToken]] as const)),
  ];
  return [
    'Sortition is ready.',
    '',
    ...facts.map(([name, value]) => `  ${name.padEnd(16)}${value}`),
    '',
    ...(keys ? [] : ['The first start showed the keys. "npx sortition keys create" makes further ones.', '']),
    ...(servesFlags ? [...INVITATION, snippet(localAddress(grpc), keys?.server ?? '<server key>'), ''] : []),
    'Next: npx sortition apply --help. Stop with Ctrl+C.',
  ].join('\n');
}

const INVITATION = [
  'Paste this into a file such as hello.mjs of an app that has @openfeature/server-sdk and @sortition/openfeature-server:',
  '',
];

/** Five lines that evaluate the flag of a first start and end. */
function snippet(address: string, apiKey: string): string {
  return [
    `import { OpenFeature } from '@openfeature/server-sdk';`,
    `import { SortitionProvider } from '@sortition/openfeature-server';`,
    `await OpenFeature.setProviderAndWait(new SortitionProvider({ address: '${address}', apiKey: '${apiKey}' }));`,
    `console.log(await OpenFeature.getClient().getBooleanValue('${STARTER_FLAG}', false, { targetingKey: 'user-1' }));`,
    `await OpenFeature.close();`,
  ].join('\n');
}
