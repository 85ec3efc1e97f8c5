import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { type Limits, WRONG_KEYS_BURST_SECONDS } from '../limits/limits.js';
import { RateLimit } from '../limits/rate-limit.js';
import { expiryClock, monotonicClock } from '../steady-clocks.js';
import type { Authenticator } from './authenticator.js';
import { DatabaseAuthenticator } from './database-authenticator.js';
import { KnownKeys } from './known-keys.js';
import { SignedStreamTokens } from './signed-stream-tokens.js';
import { readStoredKey } from './stored-keys.js';
import type { StreamTokens } from './stream-tokens.js';
import { WrongKeys } from './wrong-keys.js';

/** Verifies API keys, and the tokens that stand for them, by what the database holds. */
export function keyVerification(
  database: TypeormTenantDatabase,
  { wrongKeysPerSecond }: Pick<Limits, 'wrongKeysPerSecond'>,
): { readonly authenticator: Authenticator; readonly streamTokens: StreamTokens } {
  const keys = new KnownKeys((selector) => readStoredKey(database, selector), monotonicClock);
  const rate = wrongKeysPerSecond && { perSecond: wrongKeysPerSecond, burstSeconds: WRONG_KEYS_BURST_SECONDS };
  const wrongKeys = new WrongKeys(rate ? new RateLimit(rate, monotonicClock) : undefined);
  return {
    authenticator: new DatabaseAuthenticator(keys, wrongKeys, expiryClock),
    streamTokens: new SignedStreamTokens(keys, wrongKeys, expiryClock),
  };
}
