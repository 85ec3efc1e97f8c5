import type { EntityManager } from 'typeorm';

import type { RememberedRequest, RequestLog } from '../../application/admin-database.js';

/** How long a request id is remembered. */
const RETENTION = '24 hours';

/** {@link RequestLog} in PostgreSQL. A second transaction with the same id waits on the primary key. */
export class TypeormRequestLog implements RequestLog {
  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
  ) {}

  async reserve(requestId: string, contentHash: string): Promise<RememberedRequest | undefined> {
    await this.manager.query(`DELETE FROM write_request WHERE created_at < now() - $1::interval`, [RETENTION]);
    const inserted: readonly unknown[] = await this.manager.query(
      `INSERT INTO write_request (organization_id, request_id, content_hash) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT write_request_unique DO NOTHING RETURNING request_id`,
      [this.organizationId, requestId, contentHash],
    );
    if (inserted.length > 0) return undefined;
    const rows: readonly { readonly content_hash: string; readonly result: string }[] = await this.manager.query(
      `SELECT content_hash, result FROM write_request WHERE request_id = $1`,
      [requestId],
    );
    const [row] = rows;
    if (!row) throw new Error(`The request id "${requestId}" was taken and then given back.`);
    return { contentHash: row.content_hash, result: row.result };
  }

  async remember(requestId: string, result: string): Promise<void> {
    await this.manager.query(`UPDATE write_request SET result = $2 WHERE request_id = $1`, [requestId, result]);
  }
}
