import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import { KnownKeys } from './known-keys.js';
import type { StoredKey } from './stored-keys.js';

const storedKey = (selector: string): StoredKey => ({
  principal: {
    organizationId: 'acme',
    organization: 'acme',
    keySelector: selector,
    kind: 'server',
    environment: undefined,
  },
  secretHash: Buffer.from(selector),
  expiresAtMs: undefined,
});
const unknown = (): DomainError => new DomainError('unauthenticated', 'UNKNOWN_API_KEY', 'Unknown.');
const away = (): DomainError => new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'Away.');

/** A table of keys whose answers wait until they are let go. */
class Table {
  readonly asked: string[] = [];
  readonly good = new Set<string>();
  isAway = false;
  isSlow = false;
  private readonly waiting: (() => void)[] = [];

  read = async (selector: string): Promise<StoredKey> => {
    this.asked.push(selector);
    if (this.isSlow) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.isAway) throw away();
    if (!this.good.has(selector)) throw unknown();
    return storedKey(selector);
  };

  answer(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the keys that a process knows', () => {
  let table: Table;
  let clock: { nowMs: number; now: () => number };
  let keys: KnownKeys;

  beforeEach(() => {
    table = new Table();
    table.good.add('good');
    clock = { nowMs: 0, now: () => clock.nowMs };
    keys = new KnownKeys(table.read, clock);
  });

  it('reads a key in use again aside, while its callers go on', async () => {
    const known = await keys.find('good');
    table.isSlow = true;
    clock.nowMs += 6_000;

    expect(keys.fresh('good', known)).toBeDefined();
    expect(keys.fresh('good', known)).toBeDefined();
    await settled();
    table.answer();
    await settled();

    expect(table.asked).toEqual(['good', 'good']);
    clock.nowMs += 9_000;
    expect(keys.fresh('good', known)).toBeDefined();
  });

  it('reads known keys without waiting for those that nobody knows', async () => {
    await keys.find('good');
    table.isSlow = true;
    const wrong = Array.from({ length: 50 }, (_, index) => keys.find(`wrong-${String(index)}`));
    wrong.forEach((look) => void look.catch(() => undefined));
    clock.nowMs += 60_000;

    const again = keys.find('good');
    await settled();
    const lookedUp = [...table.asked];
    table.isSlow = false;
    table.answer();

    await expect(again).resolves.toMatchObject({ key: storedKey('good') });
    expect(lookedUp).toEqual(['good', 'wrong-0', 'wrong-1', 'good']);
    await Promise.allSettled(wrong);
  });

  it('looks a wrong key up once in ten seconds', async () => {
    for (let time = 0; time < 5; time++)
      await expect(keys.find('wrong')).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
    expect(table.asked).toEqual(['wrong']);

    clock.nowMs += 10_001;
    table.good.add('wrong');

    await expect(keys.find('wrong')).resolves.toBeDefined();
  });

  it('asks to come again when too many keys are being looked up', async () => {
    table.isSlow = true;
    const looks = Array.from({ length: 202 }, (_, index) => keys.find(`wrong-${String(index)}`));
    looks.forEach((look) => void look.catch(() => undefined));

    await expect(keys.find('one more')).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      kind: 'exhausted',
      retryAfterMs: 1_000,
    });

    table.isSlow = false;
    table.answer();
    await Promise.allSettled(looks);
  });

  it('lets nobody wait for a database that it has found away', async () => {
    const known = await keys.find('good');
    table.isAway = true;
    clock.nowMs += 60_000;
    await expect(keys.find('good')).resolves.toBe(known);
    table.isSlow = true;
    clock.nowMs += 60_000;

    expect(keys.fresh('good', known)).toBeDefined();
    await settled();
    expect(table.asked).toHaveLength(3);

    table.isAway = false;
    table.good.delete('good');
    table.answer();
    await settled();
    expect(keys.fresh('good', known)).toBeUndefined();
  });

  it('trusts a key for a day while the database is away', async () => {
    const known = await keys.find('good');
    table.isAway = true;
    clock.nowMs += 11_000;
    await keys.find('good');

    clock.nowMs += 24 * 3_600_000;

    expect(keys.fresh('good', known)).toBeUndefined();
    await expect(keys.find('good')).rejects.toThrow(away());
  });
});
