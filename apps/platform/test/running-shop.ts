import { adminApiKeys, SERVICES, typesProject } from '@sortition/contracts';

import type { PlatformOptions, StarterKeys } from '../src/index.js';
import { call, type Outcome, runPlatform, type RunningPlatform } from './running-platform.js';
import { SHOP_DECLARATION } from './shop-declaration.js';

const { applyDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];
const { createApiKey } = SERVICES['sortition.admin.v1.ApiKeyService'];

/** A platform with the project `shop` declared and keys of both its environments. */
export interface RunningShop {
  readonly running: RunningPlatform;
  readonly httpUrl: string;
  /** Of production. */
  readonly keys: StarterKeys;
  /** A client key of development. */
  readonly developmentClient: string;
  declare(document: object): Promise<void>;
}

export async function runShop(databaseUrl: string, overrides: Partial<PlatformOptions> = {}): Promise<RunningShop> {
  const running = await runPlatform(databaseUrl, overrides);
  const { keys } = running.platform.starter;
  if (!keys) throw new Error('The first start shows the keys.');
  const declare = async (document: object): Promise<void> => {
    answered(
      await call(
        running,
        applyDeclaration,
        { parent: 'projects/shop', declaration: { ...document }, dryRun: false },
        keys.admin,
      ),
    );
  };
  await declare(SHOP_DECLARATION);
  const request = adminApiKeys.CreateApiKeyRequest.fromPartial({
    apiKey: {
      kind: typesProject.ApiKeyKind.CLIENT,
      displayName: 'browsers',
      environment: 'projects/shop/environments/development',
    },
  });
  const { credential } = answered(await call(running, createApiKey, request, keys.admin));
  return { running, httpUrl: running.platform.httpUrl, keys, developmentClient: credential, declare };
}

export function answered<T>(outcome: Outcome<T>): T {
  if ('response' in outcome) return outcome.response;
  throw new Error(`${outcome.reason}: ${outcome.message}`);
}
