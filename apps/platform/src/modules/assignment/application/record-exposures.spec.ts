import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';
import type { Decision } from '@sortition/evaluation';
import { DomainError } from '@sortition/kernel';

import type { ExposureIntake, RecordedExposure } from '../../../runtime/exposure-intake.js';
import { RecentExposures } from './recent-exposures.js';
import { RecordExposures } from './record-exposures.js';

const SCOPE = { organizationId: 'o', environmentId: 'e' };

/** Takes what it is sent, unless a test says otherwise. */
class Log implements ExposureIntake {
  readonly batches: (readonly RecordedExposure[])[] = [];
  failing = 0;

  async take(_scope: object, exposures: readonly RecordedExposure[]): Promise<number> {
    this.batches.push(exposures);
    if (this.failing-- > 0) throw new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'The database is away.');
    return 0;
  }
}

function decisionFor(unit: string, variant = 'treatment'): Decision {
  const assignment = { experiment: 'x', phase: 1, unitAttribute: 'targetingKey', unit };
  const none = { passed: undefined, errorCode: undefined, errorMessage: undefined, metadata: undefined };
  return { value: true, variant, reason: 'SPLIT', rule: 'half', assignment, ...none };
}

function recording(log: Log): RecordExposures {
  return new RecordExposures(log, { now: () => 1_700_000_000_000 }, () => 0);
}

describe('RecordExposures', () => {
  it('records who read what, each once, and stores it at the end', async () => {
    const log = new Log();
    const exposures = recording(log);

    for (const unit of ['a', 'a', 'b']) exposures.record(SCOPE, 'button', decisionFor(unit));
    exposures.record({ ...SCOPE, environmentId: 'other' }, 'button', decisionFor('a'));
    await exposures.close();

    const stored = log.batches.flat();
    expect(stored.map(({ unit }) => unit)).toEqual(['a', 'b', 'a']);
    expect(stored[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      time: new Date(1_700_000_000_000),
      ...{ flag: 'button', variant: 'treatment', rule: 'half', experiment: 'x', phase: 1 },
      ...{ unitAttribute: 'targetingKey', unit: 'a' },
    });
    expect(exposures).toMatchObject({ recorded: 3, lost: 0 });
  });

  it('records the assignments of rules that were passed on the way, and nothing of other decisions', async () => {
    const log = new Log();
    const exposures = recording(log);
    const assignment = { experiment: 'holdout', phase: 2, unitAttribute: 'targetingKey', unit: 'a' };
    const passed = [{ rule: 'held', variant: 'off', assignment }];

    exposures.record(SCOPE, 'button', { ...decisionFor('a'), assignment: undefined, passed });
    exposures.record(SCOPE, 'button', { ...decisionFor('a'), assignment: undefined });
    await exposures.close();

    expect(log.batches.flat()).toMatchObject([{ experiment: 'holdout', phase: 2, rule: 'held', variant: 'off' }]);
  });

  it('tries again with the same ids while the log is away', async () => {
    const log = new Log();
    log.failing = 1;
    const exposures = recording(log);

    exposures.record(SCOPE, 'button', decisionFor('a'));
    while (log.batches.length < 2) await sleep(20);
    await exposures.close();

    expect(log.batches[1]).toEqual(log.batches[0]);
    expect(log.batches).toHaveLength(2);
    expect(exposures.lost).toBe(0);
  });

  it('holds so many for an environment, and records what it had no room for when it is read again', async () => {
    const log = new Log();
    const exposures = recording(log);

    for (let unit = 0; unit < 5_001; unit += 1) exposures.record(SCOPE, 'button', decisionFor(String(unit)));
    const lostAtFirst = exposures.lost;
    while (log.batches.length < 5) await sleep(20);
    exposures.record(SCOPE, 'button', decisionFor('5000'));
    await exposures.close();

    expect(lostAtFirst).toBe(1);
    expect(new Set(log.batches.flat().map(({ unit }) => unit)).size).toBe(5_001);
    expect(log.batches.every(({ length }) => length <= 1_000)).toBe(true);
  });

  it('tells what is lost when the log is still away at the end', async () => {
    const log = new Log();
    log.failing = 10;
    const exposures = recording(log);

    exposures.record(SCOPE, 'button', decisionFor('a'));
    await exposures.close();

    expect(exposures.lost).toBe(1);
  });
});

describe('RecentExposures', () => {
  it('remembers at least half its capacity, and what is asked for', () => {
    const recent = new RecentExposures(100);

    recent.add('asked');
    for (let number = 0; number < 1_000; number += 1) {
      recent.add(String(number));
      expect(recent.has('asked')).toBe(true);
    }

    const remembered = Array.from({ length: 1_000 }, (_, number) => recent.has(String(number))).filter(Boolean).length;
    expect(remembered).toBeGreaterThanOrEqual(49);
    expect(remembered).toBeLessThanOrEqual(100);
  });
});
