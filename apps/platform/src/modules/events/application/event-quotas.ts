import { Inject, Injectable } from '@nestjs/common';
import { type MonotonicClock, DomainError } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

import { MONOTONIC_CLOCK } from '../../../runtime/clock-token.js';
import { LIMITS, type Limits } from '../../../runtime/limits/limits.js';
import { charged, type PaidAtMs, waitMs } from '../domain/event-allowance.js';
import { ingestTelemetry } from './events-telemetry.js';

/** Organizations whose use is remembered; one that falls out owes nothing any more. */
const MAX_ORGANIZATIONS = 100_000;

/** Whose quota an event is charged to. */
export interface QuotaHolder {
  readonly organizationId: string;
  /** Undefined: the platform's quota. */
  readonly eventsPerSecond?: number | undefined;
}

/**
 * Counts each organization's events against its quota. Kept in memory: with several processes each one grants the
 * quota.
 */
@Injectable()
export class EventQuotas {
  private readonly paidAtMs = new LRUCache<string, PaidAtMs>({ max: MAX_ORGANIZATIONS });

  constructor(
    @Inject(LIMITS) private readonly limits: Pick<Limits, 'eventsPerSecond'>,
    @Inject(MONOTONIC_CLOCK) private readonly clock: MonotonicClock,
  ) {}

  /**
   * Returns when the organization may send now. Costs nothing, so it is asked before a batch is read.
   *
   * @throws DomainError QUOTA_EXCEEDED that says when the organization may go on.
   */
  admit(holder: QuotaHolder): void {
    const perSecond = this.perSecondOf(holder);
    const paidAtMs = this.paidAtMs.get(holder.organizationId);
    if (perSecond === undefined || paidAtMs === undefined) return;
    const retryAfterMs = waitMs(paidAtMs, this.clock.now());
    if (retryAfterMs === 0) return;
    ingestTelemetry.refused.add(1, { reason: 'quota' });
    throw new DomainError(
      'exhausted',
      'QUOTA_EXCEEDED',
      `The organization may send ${perSecond} events per second; send the batch again in ${retryAfterMs} ms.`,
      { violations: [{ field: 'events', description: `exceed ${perSecond} per second` }], retryAfterMs },
    );
  }

  /** Charges a batch that was admitted; one without events counts as one. */
  charge(holder: QuotaHolder, events: number): void {
    const perSecond = this.perSecondOf(holder);
    if (perSecond === undefined) return;
    const { organizationId } = holder;
    const paidAtMs = this.paidAtMs.get(organizationId) ?? -Infinity;
    this.paidAtMs.set(organizationId, charged(paidAtMs, this.clock.now(), Math.max(1, events), perSecond));
  }

  private perSecondOf({ eventsPerSecond }: QuotaHolder): number | undefined {
    return eventsPerSecond ?? this.limits.eventsPerSecond;
  }
}
