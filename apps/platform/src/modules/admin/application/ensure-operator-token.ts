import { Inject, Injectable } from '@nestjs/common';

import { OPERATORS } from '../domain/organization.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { CreateApiKey } from './create-api-key.js';

/** An operator has a few. */
const MOST_KEYS = 10_000;

const SYSTEM = { organizationId: OPERATORS.id, organization: OPERATORS.key, actor: 'system' };

/** Makes the operator's token when there is none that is valid: on the first start, or after all were revoked. */
@Injectable()
export class EnsureOperatorToken {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    private readonly createApiKey: CreateApiKey,
  ) {}

  /** The new token, which is shown only now; undefined when there is one already. */
  execute(): Promise<string | undefined> {
    return this.database.write(OPERATORS.id, async (session) => {
      const keys = await session.apiKeys.list({ after: undefined, limit: MOST_KEYS });
      if (keys.some(({ revokedAt, expiresAt }) => revokedAt === undefined && expiresAt === undefined)) return undefined;
      const wanted = {
        kind: 'operator',
        displayName: "Operator's token",
        environment: '',
        expiresAt: undefined,
      } as const;
      return (await this.createApiKey.createIn(session, SYSTEM, wanted)).credential;
    });
  }
}
