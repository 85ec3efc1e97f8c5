import { beforeEach, describe, expect, it } from '@jest/globals';

import { ORGANIZATION, OTHER_ORGANIZATION } from '../testing/new-record.js';
import { EventQuotas } from './event-quotas.js';

describe('EventQuotas', () => {
  let nowMs: number;
  let quotas: EventQuotas;

  beforeEach(() => {
    nowMs = 1_780_000_000_000;
    quotas = new EventQuotas({ eventsPerSecond: 100 }, { now: () => nowMs });
  });

  const organization = { organizationId: ORGANIZATION };

  it('refuses an organization that used its quota up, and says when it may go on', () => {
    quotas.charge(organization, 300);

    expect(() => quotas.admit(organization)).toThrow(
      expect.objectContaining({
        kind: 'exhausted',
        code: 'QUOTA_EXCEEDED',
        message: 'The organization may send 100 events per second; send the batch again in 1000 ms.',
        retryAfterMs: 1_000,
      }),
    );
  });

  it('admits it again when that time is over', () => {
    quotas.charge(organization, 300);

    nowMs += 1_000;

    expect(() => quotas.admit(organization)).not.toThrow();
  });

  it('counts every organization for itself', () => {
    quotas.charge(organization, 1_000);

    expect(() => quotas.admit({ organizationId: OTHER_ORGANIZATION })).not.toThrow();
  });

  it('grants an organization its own quota', () => {
    const larger = { organizationId: ORGANIZATION, eventsPerSecond: 1_000 };
    quotas.charge(larger, 1_000);

    expect(() => quotas.admit(larger)).not.toThrow();
  });

  it('charges a batch without events, so that nobody can send them for nothing', () => {
    for (let sent = 0; sent < 201; sent += 1) quotas.charge(organization, 0);

    expect(() => quotas.admit(organization)).toThrow(expect.objectContaining({ retryAfterMs: 10 }));
  });

  it('grants everything when no quota is set', () => {
    const unlimited = new EventQuotas({}, { now: () => nowMs });
    unlimited.charge(organization, 1_000_000);

    expect(() => unlimited.admit(organization)).not.toThrow();
  });
});
