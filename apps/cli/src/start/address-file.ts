import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { localAddress } from '../connection/host-and-port.js';

const ADDRESS = z.object({ grpc: z.string(), http: z.string() });

/** Where the platform of a data directory listens, so that other commands on the machine find it. */
export type PlatformAddress = Readonly<z.infer<typeof ADDRESS>>;

/** Notes the addresses in the data directory while the platform runs. */
export async function writeAddressFile(dataDirectory: string, address: PlatformAddress): Promise<void> {
  await writeFile(
    pathIn(dataDirectory),
    `${JSON.stringify({ grpc: localAddress(address.grpc), http: localAddress(address.http) })}\n`,
    {
      mode: 0o600,
    },
  );
}

/** Undefined when no platform of this data directory was started, or it was stopped. */
export async function readAddressFile(dataDirectory: string): Promise<PlatformAddress | undefined> {
  const text = await readFile(pathIn(dataDirectory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return ADDRESS.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function removeAddressFile(dataDirectory: string): Promise<void> {
  await rm(pathIn(dataDirectory), { force: true });
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'address.json');
}
