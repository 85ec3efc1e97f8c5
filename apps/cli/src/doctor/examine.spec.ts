import { describe, expect, it } from '@jest/globals';

import type { Check, Examination, Health } from './check.js';
import { CHECKS } from './checks.js';
import { examine, type Finding } from './examine.js';
import { Metrics } from './metrics.js';

const health: Health = { isReady: true, status: 'ready', roles: ['admin', 'events'], database: 'up' };

/** A platform with nothing wrong. */
const WELL = `
# HELP sortition_events_accepted_total Events stored durably.
# TYPE sortition_events_accepted_total counter
sortition_events_accepted_total 10000 1780000000000
# TYPE sortition_events_loader_lag gauge
sortition_events_loader_lag 0
# TYPE sortition_events_loader_oldest_age gauge
sortition_events_loader_oldest_age{unit="s"} 0
# TYPE sortition_events_queue_events gauge
sortition_events_queue_events 0
# TYPE sortition_events_queue_capacity gauge
sortition_events_queue_capacity 32000
# TYPE sortition_events_loader_batch_duration histogram
sortition_events_loader_batch_duration_bucket{le="5"} 1
sortition_events_loader_batch_duration_bucket{le="+Inf"} 1
sortition_events_loader_batch_duration_sum 0.1
sortition_events_loader_batch_duration_count 1
`;

const platform = (overrides: Partial<Examination> = {}): Examination => ({
  url: 'http://127.0.0.1:7801',
  health,
  metrics: new Metrics(WELL),
  call: () => Promise.resolve([] as never),
  ...overrides,
});
const withMetrics = (lines: string): Examination => platform({ metrics: new Metrics(`${WELL}${lines}\n`) });
const found = async (examination: Examination, check: string): Promise<Finding | undefined> =>
  (await examine(CHECKS, examination)).find((finding) => finding.check === check);

describe('sortition doctor', () => {
  it('finds nothing wrong with a healthy platform', async () => {
    const findings = await examine(CHECKS, platform());

    expect(findings.filter(({ status }) => status !== 'good')).toEqual([]);
  });

  it('names every check once', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
  });

  it('says that nothing answers, and skips what it cannot see', async () => {
    const findings = await examine(CHECKS, platform({ health: undefined, metrics: undefined }));

    expect(findings[0]).toMatchObject({ check: 'readiness', status: 'trouble', next: expect.any(String) });
    expect(new Set(findings.slice(1).map(({ status }) => status))).toEqual(new Set(['skipped']));
  });

  it.each([
    ['sortition_events_loader_missing', 'trouble', /lacks about 12 events .* no longer holds them/],
    ['sortition_events_loader_reloading', 'trouble', /is being filled again: about 12 events to go/],
    [
      'sortition_events_loader_warehouse_returns',
      'notice',
      /was filled again from the event log \(since the process started: 12\)/,
    ],
  ])('finds %s of the warehouse', async (metric, status, finding) => {
    await expect(found(withMetrics(`# TYPE ${metric} gauge\n${metric} 12`), 'warehouse')).resolves.toMatchObject({
      status,
      finding: expect.stringMatching(finding),
      next: expect.any(String),
    });
  });

  it('names the flags of experiments that are read without a record, and how', async () => {
    const name = 'sortition_assignment_exposures_unrecorded_total';
    const lines = `# TYPE ${name} counter\n${name}{environment="shop/production",flag="button",way="bulk"} 12`;

    await expect(found(withMetrics(lines), 'exposures')).resolves.toMatchObject({
      status: 'notice',
      finding: 'flags of experiments that are read in ways that record no exposure: 1',
      details: ['button in shop/production: evaluated with all other flags by a server, 12 times'],
      next: expect.stringContaining('Sortition-Exposures: off'),
    });
  });

  it('finds exposures of single evaluations that were lost', async () => {
    const name = 'sortition_assignment_exposures_lost_total';

    await expect(found(withMetrics(`# TYPE ${name} counter\n${name} 3`), 'exposures')).resolves.toMatchObject({
      status: 'trouble',
      finding: '3 exposures of single evaluations were lost; 0 were recorded',
    });
  });

  it('finds a warehouse that is away', async () => {
    const degraded = { ...health, status: 'degraded', warehouse: 'down' };

    await expect(found(platform({ health: degraded }), 'warehouse')).resolves.toMatchObject({ status: 'trouble' });
  });

  it('finds an event log that went back in time', async () => {
    const lines = '# TYPE sortition_events_loader_log_returns gauge\nsortition_events_loader_log_returns 1';

    await expect(found(withMetrics(lines), 'event log history')).resolves.toMatchObject({
      status: 'notice',
      finding: expect.stringContaining('went back in time'),
    });
  });

  it('finds a database that is away, even when the platform goes on without', async () => {
    const degraded = { ...health, status: 'degraded', database: 'down' };

    await expect(found(platform({ health: degraded }), 'readiness')).resolves.toMatchObject({ status: 'trouble' });
  });

  it('finds an event log of its own that is away', async () => {
    const degraded = { ...health, status: 'degraded', eventLog: 'down' };

    await expect(found(platform({ health: degraded }), 'readiness')).resolves.toMatchObject({
      status: 'trouble',
      finding: expect.stringContaining('event log'),
    });
  });

  it.each([
    ['rejected events', 'sortition_events_rejected_total{reason="INVALID_ARGUMENT"} 20', 'notice'],
    ['rejected events', 'sortition_events_rejected_total{reason="INVALID_ARGUMENT"} 2000', 'trouble'],
    [
      'quarantined events',
      'sortition_events_quarantine_checked_total 100\nsortition_events_quarantine_quarantined_total{reason="MISSING_UNIT"} 50',
      'trouble',
    ],
    ['refused batches', 'sortition_events_refused_total{reason="quota"} 3', 'notice'],
    ['repeated events', 'sortition_events_duplicates_total 5000', 'notice'],
    ['late events', 'sortition_events_late_total 5000', 'notice'],
    ['loader failures', 'sortition_events_loader_failures_total 2', 'notice'],
  ])('finds %s by %s and says what to do', async (check, lines, status) => {
    await expect(found(withMetrics(lines), check)).resolves.toMatchObject({ status, next: expect.any(String) });
  });

  it.each([
    [10, 'good'],
    [61, 'notice'],
    [301, 'trouble'],
  ])('judges events that have waited for %d s as %s', async (age, status) => {
    const text = WELL.replace(/(oldest_age\{unit="s"\}) 0/, `$1 ${String(age)}`).replace('lag 0', 'lag 5');

    await expect(found(platform({ metrics: new Metrics(text) }), 'loader lag')).resolves.toMatchObject({ status });
  });

  it('finds a loader that cannot tell how far it is, unless the process loads nothing', async () => {
    const text = WELL.replace('sortition_events_loader_lag 0\n', '');
    const silent = { metrics: new Metrics(text) };

    await expect(found(platform(silent), 'loader lag')).resolves.toMatchObject({ status: 'trouble' });
    const other = platform({ ...silent, health: { ...health, roles: ['assignment'] } });
    await expect(found(other, 'loader lag')).resolves.toMatchObject({ status: 'good' });
  });

  it('finds a queue that is nearly full', async () => {
    const text = WELL.replace('queue_events 0', 'queue_events 30000');

    await expect(found(platform({ metrics: new Metrics(text) }), 'ingest queue')).resolves.toMatchObject({
      status: 'trouble',
      finding: '30,000 events wait to be stored, 93.8% of what the queue holds',
    });
  });

  it('reports a check that fails as trouble, and goes on with the others', async () => {
    const broken: Check = {
      name: 'broken',
      run: () => {
        throw new TypeError('no such thing');
      },
    };

    const findings = await examine([broken, ...CHECKS], platform());

    expect(findings[0]).toMatchObject({ check: 'broken', status: 'trouble' });
    expect(findings.length).toBe(CHECKS.length + 1);
  });
});
