import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { TENANT_DATABASE, type TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type {
  NewQuarantinedEvent,
  QuarantinedEvent,
  QuarantineFilter,
  QuarantineQuery,
  QuarantineScope,
  QuarantineStore,
  ReplayDecision,
  ReplayQuery,
} from '../application/quarantine-store.js';
import type { TrackedPayload } from '../domain/event-payload.js';
import type { QuarantineReason } from '../domain/quarantine-verdict.js';
import { DELETE_BEFORE, KEEP, LIST, LOCK_NEXT, MARK_FAILED, MARK_REPLAYED } from './quarantine-statements.js';

/** Key of the advisory lock that replays share and that whoever waits for their end takes alone. */
const REPLAY_LOCK = 7_310_275_460_016;
/** Stands for no organization: row-level security shows such a transaction nothing but what the purge may see. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';
/** Events that one transaction deletes at most. */
const DELETED_AT_ONCE = 10_000;

interface QuarantineRow {
  readonly environment_id: string;
  readonly event_id: string;
  readonly payload: TrackedPayload;
  readonly reason: QuarantineReason;
  readonly field: string;
  readonly message: string;
  readonly definition_version: number;
  readonly replayed_at: Date | null;
  readonly time_micros: string;
  readonly received_micros: string;
}

/** Quarantined events in a table of PostgreSQL. */
@Injectable()
export class PostgresQuarantineStore implements QuarantineStore {
  constructor(@Inject(TENANT_DATABASE) private readonly database: TenantDatabase) {}

  async keep(events: readonly NewQuarantinedEvent[]): Promise<readonly QuarantineReason[]> {
    const [first] = events;
    if (!first) return [];
    return this.database.transaction(first.organizationId, async (manager) => {
      const reasons: QuarantineReason[] = [];
      for (const organizationId of new Set(events.map((event) => event.organizationId))) {
        // Row-level security checks the rows of each organization against the organization itself.
        await manager.query(`SELECT set_config('sortition.organization_id', $1, true)`, [organizationId]);
        const own = events.filter((event) => event.organizationId === organizationId);
        reasons.push(...(await insert(manager, organizationId, own)));
      }
      return reasons;
    });
  }

  async list(scope: QuarantineScope, query: QuarantineQuery): Promise<readonly QuarantinedEvent[]> {
    const { filter, isReplayed, after, limit } = query;
    const rows: readonly QuarantineRow[] = await this.database.read(scope.organizationId, (manager) =>
      manager.query(LIST, [
        ...parametersOf(scope, filter),
        isReplayed ?? null,
        after?.receivedMicros ?? null,
        after?.eventId ?? null,
        limit,
      ]),
    );
    return rows.map((row) => eventOf(row, scope));
  }

  async replayNext(
    scope: QuarantineScope,
    { filter, afterId, limit }: ReplayQuery,
    decide: (events: readonly QuarantinedEvent[]) => Promise<ReplayDecision>,
  ): Promise<{ readonly count: number; readonly lastId: string | undefined }> {
    return this.database.transaction(scope.organizationId, async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock_shared($1)`, [REPLAY_LOCK]);
      const rows: readonly QuarantineRow[] = await manager.query(LOCK_NEXT, [
        ...parametersOf(scope, filter),
        afterId === '' ? null : afterId,
        limit,
      ]);
      if (rows.length === 0) return { count: 0, lastId: undefined };
      await store(manager, scope, await decide(rows.map((row) => eventOf(row, scope))));
      return { count: rows.length, lastId: rows.at(-1)?.event_id };
    });
  }

  async replaysEnded(): Promise<void> {
    await this.database.transaction(NO_ORGANIZATION, (manager) =>
      manager.query(`SELECT pg_advisory_xact_lock($1)`, [REPLAY_LOCK]),
    );
  }

  async deleteBefore(time: Date): Promise<number> {
    for (let deleted = 0; ;) {
      const count = await this.database.transaction(NO_ORGANIZATION, async (manager) => {
        await manager.query(`SELECT set_config('sortition.quarantine_purge', 'on', true)`);
        const [row]: readonly { readonly n: number }[] = await manager.query(DELETE_BEFORE, [time, DELETED_AT_ONCE]);
        return row?.n ?? 0;
      });
      deleted += count;
      if (count < DELETED_AT_ONCE) return deleted;
    }
  }
}

async function insert(
  manager: EntityManager,
  organizationId: string,
  events: readonly NewQuarantinedEvent[],
): Promise<readonly QuarantineReason[]> {
  const rows: readonly { readonly reason: QuarantineReason }[] = await manager.query(KEEP, [
    organizationId,
    events.map(({ environmentId }) => environmentId),
    events.map(({ eventId }) => eventId),
    events.map(({ payload }) => payload.name),
    events.map(({ timeMicros }) => timeMicros),
    events.map(({ receivedMicros }) => receivedMicros),
    events.map(({ payload }) => JSON.stringify(payload)),
    events.map(({ verdict }) => verdict.reason),
    events.map(({ verdict }) => verdict.field),
    events.map(({ verdict }) => verdict.message),
    events.map(({ verdict }) => verdict.definitionVersion),
  ]);
  return rows.map(({ reason }) => reason);
}

async function store(manager: EntityManager, scope: QuarantineScope, decision: ReplayDecision): Promise<void> {
  const { environmentId } = scope;
  await manager.query(MARK_REPLAYED, [environmentId, decision.replayed]);
  const failed = [...decision.failed];
  await manager.query(MARK_FAILED, [
    environmentId,
    failed.map(([id]) => id),
    failed.map(([, { reason }]) => reason),
    failed.map(([, { field }]) => field),
    failed.map(([, { message }]) => message),
    failed.map(([, { definitionVersion }]) => definitionVersion),
  ]);
}

function parametersOf({ environmentId }: QuarantineScope, filter: QuarantineFilter): readonly unknown[] {
  const { event, reason, receivedFrom, receivedBefore, eventIds } = filter;
  return [environmentId, event ?? null, reason ?? null, receivedFrom ?? null, receivedBefore ?? null, eventIds ?? null];
}

function eventOf(row: QuarantineRow, { organizationId }: QuarantineScope): QuarantinedEvent {
  const { reason, field, message, definition_version: definitionVersion } = row;
  return {
    organizationId,
    environmentId: row.environment_id,
    eventId: row.event_id,
    timeMicros: Number(row.time_micros),
    receivedMicros: Number(row.received_micros),
    payload: row.payload,
    verdict: { reason, field, message, definitionVersion },
    replayedAt: row.replayed_at ?? undefined,
  };
}
