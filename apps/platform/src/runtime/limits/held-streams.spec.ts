import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import type { Permission } from '../auth/permissions.js';
import type { Principal } from '../auth/principal.js';
import { HeldStreams } from './held-streams.js';

const MAX_STREAMS = 4;

const principal = (organizationId: string, keySelector = organizationId): Principal => ({
  organizationId,
  organization: organizationId,
  keySelector,
  kind: 'server',
  environment: undefined,
});

/** Keys that are good unless told otherwise. */
class Keys {
  readonly failures = new Map<string, DomainError>();
  readonly asked: string[] = [];
  private waiting: (() => void) | undefined;

  async confirm({ keySelector }: Principal, permission: Permission): Promise<void> {
    this.asked.push(`${keySelector} ${permission}`);
    this.waiting?.();
    const failure = this.failures.get(keySelector);
    if (failure) throw failure;
  }

  /** Resolves when so many keys were looked at from now on. */
  async looks(count: number): Promise<void> {
    for (let look = 0; look < count; look++) await new Promise<void>((resolve) => (this.waiting = resolve));
  }
}

describe('HeldStreams', () => {
  let keys: Keys;
  let held: HeldStreams;

  beforeEach(() => {
    keys = new Keys();
    held = new HeldStreams(keys, () => 0.5, { maxStreams: MAX_STREAMS, keyCheckMs: 5 });
  });

  afterEach(() => {
    held.stop();
  });

  const open = (whose: Principal, refuse: (reason: DomainError) => void = () => undefined): (() => void) =>
    held.add({ principal: whose, permission: 'sync', address: '192.0.2.1', refuse });
  const refused = (whose: Principal): Promise<DomainError> =>
    new Promise((resolve) => {
      const leave = open(whose, (reason) => {
        leave();
        resolve(reason);
      });
    });

  it('leaves room for other organizations when one holds all it may', () => {
    open(principal('acme'));
    open(principal('acme', 'another key'));

    expect(() => open(principal('acme'))).toThrow(
      expect.objectContaining({ code: 'QUOTA_EXCEEDED', kind: 'exhausted', retryAfterMs: 5_000 }),
    );
    expect(() => open(principal('globex'))).not.toThrow();
  });

  it('leaves room for other keys when one holds all it may', () => {
    held = new HeldStreams(keys, () => 0.5, { maxStreams: 100, maxPerKey: 2, keyCheckMs: 5 });
    open(principal('acme', 'one'));
    open(principal('acme', 'one'));

    expect(() => open(principal('acme', 'one'))).toThrow(
      expect.objectContaining({ code: 'QUOTA_EXCEEDED', message: expect.stringContaining('API key "one"') }),
    );
    expect(() => open(principal('acme', 'other'))).not.toThrow();
  });

  it('leaves room for other addresses when a public key holds all it may from one', () => {
    const bounds = { maxStreams: 100, maxClientStreamsPerAddress: 2, keyCheckMs: 5 };
    held = new HeldStreams(keys, () => 0.5, bounds);
    const client: Principal = { ...principal('acme'), kind: 'client' };
    const from = (address: string, whose = client): (() => void) =>
      held.add({ principal: whose, permission: 'resolve', address, refuse: () => undefined });
    const leave = from('192.0.2.1');
    from('192.0.2.1');

    expect(() => from('192.0.2.1')).toThrow(
      expect.objectContaining({ code: 'QUOTA_EXCEEDED', message: expect.stringContaining('192.0.2.1') }),
    );
    expect(() => from('192.0.2.2')).not.toThrow();
    expect(() => from('192.0.2.1', principal('acme'))).not.toThrow();
    leave();
    expect(() => from('192.0.2.1')).not.toThrow();
  });

  it('holds no more than a process may', () => {
    for (const organization of ['acme', 'acme', 'globex', 'globex']) open(principal(organization));

    expect(() => open(principal('initech'))).toThrow(expect.objectContaining({ code: 'QUOTA_EXCEEDED' }));
    expect(held.size).toBe(MAX_STREAMS);
  });

  it('has room again when a stream has ended, however often that is told', () => {
    open(principal('acme'));
    const leave = open(principal('acme'));

    leave();
    leave();

    expect(held.size).toBe(1);
    expect(() => open(principal('acme'))).not.toThrow();
    expect(() => open(principal('acme'))).toThrow(expect.objectContaining({ code: 'QUOTA_EXCEEDED' }));
  });

  it.each(['unauthenticated', 'forbidden'] as const)(
    'ends the streams of a key that is %s, and no others',
    async (kind) => {
      const reason = new DomainError(kind, 'UNKNOWN_API_KEY', 'It was revoked.');
      open(principal('globex'));
      const ends = [refused(principal('acme')), refused(principal('acme'))];
      keys.failures.set('acme', reason);

      held.start();

      await expect(Promise.all(ends)).resolves.toEqual([reason, reason]);
      expect(held.size).toBe(1);
    },
  );

  it('leaves the streams open while keys cannot be looked up', async () => {
    open(principal('acme'));
    keys.failures.set('acme', new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'It is away.'));

    held.start();
    await keys.looks(3);

    expect(held.size).toBe(1);
  });

  it('looks at a key once, however many streams it has', async () => {
    open(principal('acme'));
    open(principal('acme'));
    open(principal('globex'));

    held.start();
    await keys.looks(3);

    expect(keys.asked).toEqual(['acme sync', 'globex sync', 'acme sync']);
  });
});
