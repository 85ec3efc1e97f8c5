import { createHash } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';
import type { Warehouse } from '@sortition/plugin-sdk';

import { WAREHOUSE } from '../../../runtime/warehouse/warehouse-token.js';
import { RecordAuditEntry } from '../../admin/index.js';
import { EVENT_LOADER, type EventLoader } from './event-loader.js';
import { EVENT_LOG, type EventLog } from './event-log.js';
import { UNIT_STORES, type UnitStore, type UnitSubject } from './unit-store.js';

/** What became of a unit in one store. */
export interface StoreErasure {
  readonly store: string;
  readonly erased: number;
  /** Counted afterwards; 0 unless events of the unit came in meanwhile. */
  readonly remaining: number;
}

export interface UnitErasure {
  /** SHA-256 of `environment id/unit`, in hexadecimal: what the audit trail keeps of the unit. */
  readonly digest: string;
  readonly stores: readonly StoreErasure[];
}

export interface EraseOrder {
  readonly subject: UnitSubject;
  /** Resource name of the environment, for the audit trail. */
  readonly environment: string;
  readonly actor: string;
}

/**
 * Deletes everything of one unit in one environment. The log comes first, then what was read from it before is brought
 * to its end, and only then the stores that are filled from it are cleared: nothing under way brings the unit back.
 */
@Injectable()
export class EraseUnit {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(EVENT_LOADER) private readonly loader: EventLoader,
    @Inject(WAREHOUSE) private readonly warehouse: Warehouse,
    @Inject(UNIT_STORES) private readonly stores: readonly UnitStore[],
    @Inject(RecordAuditEntry) private readonly audit: RecordAuditEntry,
  ) {}

  /**
   * Idempotent; when it rejects, a part may be erased, and the same call erases the rest.
   *
   * @throws DomainError INVALID_ARGUMENT, DATABASE_UNAVAILABLE, EVENT_LOG_UNAVAILABLE, WAREHOUSE_UNAVAILABLE.
   */
  async execute({ subject, environment, actor }: EraseOrder): Promise<UnitErasure> {
    if (subject.unit === '') throw emptyUnit();
    const erasedInLog = await this.log.eraseUnit(subject);
    await this.passBatchesUnderWay(erasedInLog.lastOffset);
    const erased = new Map([['event log', erasedInLog.count]]);
    for (const store of this.stores) erased.set(store.name, await store.eraseUnit(subject));
    const { exposures, events } = await this.warehouse.eraseUnit(subject);
    erased.set('warehouse', exposures + events);

    const remaining = await this.remaining(subject);
    const stores = [...erased].map(([store, count]) => ({
      store,
      erased: count,
      remaining: remaining.get(store) ?? 0,
    }));
    const digest = digestOf(subject);
    await this.audit.execute(subject.organizationId, {
      actor,
      action: 'units.erase',
      resource: environment,
      before: undefined,
      after: { unitDigest: digest, stores },
    });
    return { digest, stores };
  }

  /**
   * A process that has read events of the unit from the log may be about to load them. The warehouse takes no batch up
   * to an offset that it has passed, so it is brought beyond everything that was there when the log was cleared.
   */
  private async passBatchesUnderWay(lastErased: number): Promise<void> {
    const end = await this.log.end();
    await this.loader.flush();
    const offset = Math.max(end.offset, lastErased);
    if (offset === 0) return;
    // A batch may have been read just before the newest incarnation began, so the one before counts as well. The newest goes
    // first: what is recorded for it hides that the one before is recorded beyond its end.
    for (const { source } of (await this.log.history()).incarnations.slice(-2).reverse()) {
      await this.warehouse.load({ source, offset, exposures: [], events: [] });
    }
  }

  private async remaining(subject: UnitSubject): Promise<ReadonlyMap<string, number>> {
    const { exposures, events } = await this.warehouse.countUnit(subject);
    const counts = new Map([
      ['event log', await this.log.countUnit(subject)],
      ['warehouse', exposures + events],
    ]);
    for (const store of this.stores) counts.set(store.name, await store.countUnit(subject));
    return counts;
  }
}

function digestOf({ environmentId, unit }: UnitSubject): string {
  return createHash('sha256').update(`${environmentId}/${unit}`).digest('hex');
}

function emptyUnit(): DomainError {
  const description = '"" is empty: name the unit to erase';
  return new DomainError('invalid', 'INVALID_ARGUMENT', `unit ${description}.`, {
    violations: [{ field: 'unit', description }],
  });
}
