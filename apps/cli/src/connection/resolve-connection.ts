import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { z } from 'zod';

import type { CommandEnvironment } from '../config/command-environment.js';
import { UsageError } from '../failure/usage-error.js';
import { readAddressFile } from '../start/address-file.js';
import type { ConnectionOptions } from './connection-options.js';
import { hostAndPort, localHost } from './host-and-port.js';

/** The project that a first start makes. */
const STARTER_PROJECT = 'shop';

const STARTER_KEYS = z.object({ admin: z.string(), operator: z.string().optional() });

/** A key of a first start that a command takes when none is given. */
export type StarterKey = 'admin' | 'operator';

/** Where to call and as whom. */
export interface Connection {
  /** As grpc-js takes it: `host:port`, an IPv6 address in brackets. */
  readonly target: string;
  readonly isSecure: boolean;
  readonly key: string;
  /** Key of the project. */
  readonly project: string;
}

/** @throws UsageError when no key can be found or the address is malformed. */
export async function resolveConnection(
  options: ConnectionOptions,
  environment: CommandEnvironment,
  starterKey: StarterKey = 'admin',
): Promise<Connection> {
  const dataDirectory = resolve(options.dataDir ?? environment.SORTITION_DATA_DIR);
  const address =
    options.address ??
    environment.SORTITION_ADDRESS ??
    (await readAddressFile(dataDirectory))?.grpc ??
    hostAndPort(localHost(environment.SORTITION_HOST), environment.SORTITION_GRPC_PORT);
  const key = options.key ?? environment.SORTITION_API_KEY ?? (await starterKeyOf(dataDirectory, starterKey));
  if (key === undefined) {
    throw new UsageError(
      `There is no ${starterKey === 'operator' ? "operator's token" : 'API key'}: pass --key, set SORTITION_API_KEY, or name the data directory of a platform on this machine with --data-dir (looked in "${dataDirectory}").`,
    );
  }
  return {
    ...parseAddress(address),
    key,
    project: options.project ?? environment.SORTITION_PROJECT ?? STARTER_PROJECT,
  };
}

function parseAddress(address: string): Pick<Connection, 'target' | 'isSecure'> {
  const match = /^(?:(https?):\/\/)?([^/\s]+:\d+)\/?$/.exec(address);
  const target = match?.[2];
  const isBareIpv6 = target !== undefined && !target.startsWith('[') && target.indexOf(':') !== target.lastIndexOf(':');
  if (target === undefined || isBareIpv6) {
    throw new UsageError(
      `The address "${address}" is malformed: write host:port, http://host:port or https://host:port, and an IPv6 address in brackets, [::1]:7800.`,
    );
  }
  return { target, isSecure: match?.[1] === 'https' };
}

async function starterKeyOf(dataDirectory: string, starterKey: StarterKey): Promise<string | undefined> {
  const text = await readFile(join(dataDirectory, 'starter-keys.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return STARTER_KEYS.parse(JSON.parse(text))[starterKey];
  } catch (cause) {
    throw new UsageError(`The file ${join(dataDirectory, 'starter-keys.json')} holds no admin key; pass --key.`, {
      cause,
    });
  }
}
