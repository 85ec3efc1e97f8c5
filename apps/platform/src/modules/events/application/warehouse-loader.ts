import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type Clock, DomainError } from '@sortition/kernel';
import { SerialQueue, type Warehouse } from '@sortition/plugin-sdk';
import type { Logger } from 'pino';

import { CLOCK } from '../../../runtime/clock-token.js';
import { LOGGER } from '../../../runtime/logger-token.js';
import { WAREHOUSE } from '../../../runtime/warehouse/warehouse-token.js';
import { isErasedEvent } from '../domain/erased-event.js';
import type { EventLoader, WarehouseState, Watermark } from './event-loader.js';
import { EVENT_LOG, type EventLog, type LogRecord } from './event-log.js';
import { EVENT_SCREENING, type EventScreening, NO_SCREENING } from './event-screening.js';
import { loaderTelemetry } from './events-telemetry.js';
import { LoaderCondition } from './loader-condition.js';
import { observeLag } from './loader-lag.js';
import { holdsStill, type LoaderPosition, locateLoader, WAREHOUSE_CONSUMER } from './loader-position.js';
import { loadBatchOf } from './load-batch-of.js';

/** A load costs a few milliseconds before its first row, so batches are large while there is a backlog. */
export const MAX_RECORDS_PER_BATCH = 16_000;
/**
 * How long after it has caught up the log is looked at again. Not sooner, although this process may know that something
 * was appended: a load costs about as much for one event as for hundreds.
 */
const PAUSE_MS = 1_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** How often log and warehouse are looked at while there is nothing to load: each may have gone back. */
const CHECK_MS = 2_000;
/** With these a warehouse fails: it does not answer, or is damaged. */
const WAREHOUSE_FAILURES: readonly string[] = ['WAREHOUSE_UNAVAILABLE', 'INVALID_STATE'];

/**
 * Follows the log into the warehouse. The warehouse commits the offset together with the rows, so a kill between any
 * two steps repeats at most a read: nothing is lost and nothing doubled.
 */
@Injectable()
export class WarehouseLoader implements EventLoader, OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly steps = new SerialQueue();
  private position: LoaderPosition | undefined;
  private checkedMs = Number.NEGATIVE_INFINITY;
  private readonly condition: LoaderCondition;
  private ahead: { readonly after: number; readonly records: Promise<readonly LogRecord[]> } | undefined;
  private failures = 0;
  private isWarehouseDown = false;
  private isStopped = false;
  private stopObserving: () => void = () => undefined;

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(WAREHOUSE) private readonly warehouse: Warehouse,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(EVENT_SCREENING) private readonly screening: EventScreening = NO_SCREENING,
  ) {
    this.condition = new LoaderCondition(logger);
  }

  onModuleInit(): void {
    const observing = [observeLag(this.log, this.clock, () => this.lastOffset()), this.condition.observe()];
    this.stopObserving = () => {
      for (const stop of observing) stop();
    };
    this.schedule(0);
  }

  /** Finishes the batch under way and stops. What is left stays in the log for the next start. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.stopObserving();
    clearTimeout(this.timer);
    await this.steps.idle();
  }

  async flush(): Promise<Watermark> {
    const end = await this.log.end();
    await this.steps.run(() => this.check());
    while ((await this.reached()).offset < end.offset) {
      if ((await this.step()) === 0) break;
    }
    // What a replay loads may carry a time before the end's.
    await this.screening.replaysEnded();
    return { time: end.time };
  }

  warehouseState(): WarehouseState {
    if (this.isWarehouseDown) return 'down';
    return this.condition.isReloading ? 'reloading' : 'up';
  }

  private schedule(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.catchUp(), delayMs);
    this.timer.unref();
  }

  private async catchUp(): Promise<void> {
    try {
      while (!this.isStopped && (await this.step()) === MAX_RECORDS_PER_BATCH);
      this.failures = 0;
      this.isWarehouseDown = false;
      this.schedule(PAUSE_MS);
    } catch (error) {
      this.failures += 1;
      this.isWarehouseDown = error instanceof DomainError && WAREHOUSE_FAILURES.includes(error.code);
      loaderTelemetry.failures.add(1);
      const retryMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
      this.logger.warn({ err: error, retryMs, failures: this.failures }, 'loading events failed, trying again');
      this.schedule(retryMs);
    }
  }

  /** Loads the next batch, after the one under way; returns how many records it had. */
  private step(): Promise<number> {
    return this.steps.run(() => this.loadNext());
  }

  private async loadNext(): Promise<number> {
    if (this.isStopped) throw new DomainError('unavailable', 'SHUTTING_DOWN', 'The loader of events is stopped.');
    const startedMs = performance.now();
    const { position, records } = await this.readNext();
    const last = records.at(-1);
    const first = records[0];
    if (!first || !last) return 0;
    if (records.length === MAX_RECORDS_PER_BATCH) this.readAhead(last.offset);
    try {
      // Quarantined before the offset moves on: a kill in between repeats both and changes nothing.
      const present = records.filter(({ kind, payload }) => !isErasedEvent(kind, payload));
      const accepted = await this.screening.screen(present);
      const batch = loadBatchOf(position.source, last.offset, accepted);
      const result = await this.warehouse.load({ ...batch, continues: position.recorded });
      loaderTelemetry.loaded.add(result.exposures + result.events);
    } catch (error) {
      // Whether the warehouse took the batch is unknown now; it knows.
      this.position = undefined;
      throw error;
    }
    this.position = { source: position.source, offset: last.offset, recorded: last.offset };
    this.condition.moved(last.offset);
    await this.log.commitOffset(WAREHOUSE_CONSUMER, last.offset);
    loaderTelemetry.batchDuration.record((performance.now() - startedMs) / 1_000);
    loaderTelemetry.delay.record(this.clock.now() / 1_000 - first.receivedMicros / 1_000_000);
    return records.length;
  }

  /** The records to load now, and the position that they continue. */
  private async readNext(): Promise<{ readonly position: LoaderPosition; readonly records: readonly LogRecord[] }> {
    for (;;) {
      const position = await this.reached();
      const records = await this.readAfter(position.offset);
      if (records.length === 0) {
        if (performance.now() - this.checkedMs >= CHECK_MS) await this.check();
        // When the position no longer holds, there may be something to read from another.
        if (this.position === position) return { position, records };
      } else if ((await this.log.source()) === position.source) {
        return { position, records };
      } else {
        this.position = undefined;
      }
    }
  }

  private async readAfter(offset: number): Promise<readonly LogRecord[]> {
    const { ahead } = this;
    this.ahead = undefined;
    const records = ahead?.after === offset ? await ahead.records : [];
    // Nothing was there when it was read; by now there may be something.
    return records.length > 0 ? records : this.log.read(offset, MAX_RECORDS_PER_BATCH);
  }

  /** Reads the next batch while the warehouse takes this one. */
  private readAhead(after: number): void {
    const records = this.log.read(after, MAX_RECORDS_PER_BATCH);
    // Whoever asks for them is told; when nobody does, nobody needs to know.
    records.catch(() => undefined);
    this.ahead = { after, records };
  }

  /** Forgets the position when log or warehouse went back since. */
  private async check(): Promise<void> {
    if (this.position && !(await holdsStill(this.position, this.log, this.warehouse))) this.position = undefined;
    this.checkedMs = performance.now();
  }

  private async reached(): Promise<LoaderPosition> {
    if (this.position) return this.position;
    const { position, findings } = await locateLoader(this.log, this.warehouse);
    this.condition.found(position, findings);
    // What was read ahead may be of another incarnation.
    this.ahead = undefined;
    this.position = position;
    return position;
  }

  /** How far the warehouse is known to have come; it answers also while the warehouse is away. */
  private async lastOffset(): Promise<number> {
    return this.position?.offset ?? this.log.committedOffset(WAREHOUSE_CONSUMER);
  }
}
