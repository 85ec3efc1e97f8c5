import { PlatformClient } from '../connection/platform-client.js';
import { localAddress } from '../connection/host-and-port.js';
import type { ReadyLine } from './render-ready.js';
import { STARTER_FLAG } from './starter-flag-key.js';

const DECLARATION = {
  version: 1,
  flags: [
    {
      key: STARTER_FLAG,
      type: 'boolean',
      description: 'Made by the first start for its snippet. Delete it when you have flags of your own.',
      variants: { off: false, on: true },
      environments: { production: { enabled: true, defaultVariant: 'on' } },
    },
  ],
} as const;

/** Makes the starter flag in the starter project. */
export async function makeStarterFlag({ grpc, project, keys }: ReadyLine): Promise<void> {
  if (keys === null) return;
  const client = new PlatformClient({ target: localAddress(grpc), isSecure: false, key: keys.admin, project });
  try {
    await client.applyDeclaration({ parent: `projects/${project}`, declaration: DECLARATION, dryRun: false });
  } finally {
    client.close();
  }
}
