import { randomUUID } from 'node:crypto';

import type {
  ErasedRecords,
  EventLog,
  Incarnation,
  LogEnd,
  LogHistory,
  LogRecord,
  NewRecord,
} from '../application/event-log.js';
import type { UnitSubject } from '../application/unit-store.js';
import { carriesUnit } from '../domain/erased-event.js';

/** The log in memory, with failures on demand. */
export class InMemoryEventLog implements EventLog {
  readonly duplicateWindowMs = Number.POSITIVE_INFINITY;
  readonly records: LogRecord[] = [];
  /** Sizes of the appends, in order. */
  readonly appends: number[] = [];
  /** Runs before each append; what it throws fails the append. */
  beforeAppend: (records: readonly NewRecord[]) => Promise<void> = () => Promise.resolve();
  private readonly ids = new Set<string>();
  private readonly offsets = new Map<string, number>();
  private readonly incarnations: Incarnation[] = [{ source: `memory/${randomUUID()}`, after: 0 }];
  private trimmedTo = 0;

  async append(records: readonly NewRecord[]): Promise<readonly boolean[]> {
    this.appends.push(records.length);
    await this.beforeAppend(records);
    const isNew = records.map((record) => {
      const { environmentId, eventId, kind, timeMs } = record;
      const id = `${environmentId} ${eventId}`;
      if (this.ids.has(id)) return false;
      this.ids.add(id);
      const offset = this.records.length + 1;
      const payload: unknown = JSON.parse(record.payload);
      const timeMicros = timeMs * 1_000;
      const receivedMicros = timeAt(offset) * 1_000;
      this.records.push({ offset, environmentId, eventId, kind, payload, timeMicros, receivedMicros });
      return true;
    });
    return isNew;
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    return this.records.slice(Math.max(after, this.trimmedTo)).slice(0, limit);
  }

  async end(): Promise<LogEnd> {
    const offset = this.records.length;
    return { offset, time: new Date(timeAt(offset)) };
  }

  async source(): Promise<string> {
    return this.incarnations.at(-1)?.source ?? '';
  }

  async history(): Promise<LogHistory> {
    return { incarnations: [...this.incarnations], end: this.records.length, trimmedTo: this.trimmedTo };
  }

  async beginAnew(): Promise<void> {
    this.incarnations.push({ source: `memory/${randomUUID()}`, after: 0 });
  }

  /** Loses everything beyond an offset, as a restore does, and notices or not. */
  goBackTo(offset: number, { isNoticed }: { readonly isNoticed: boolean }): void {
    if (isNoticed) this.incarnations.push({ source: `memory/${randomUUID()}`, after: offset });
    const lost = this.records.splice(offset);
    for (const { environmentId, eventId } of lost) this.ids.delete(`${environmentId} ${eventId}`);
  }

  /** Gives nothing up to an offset any more. */
  trimTo(offset: number): void {
    this.trimmedTo = offset;
  }

  async commitOffset(consumer: string, offset: number): Promise<void> {
    this.offsets.set(consumer, Math.max(offset, this.offsets.get(consumer) ?? 0));
  }

  async committedOffset(consumer: string): Promise<number> {
    return this.offsets.get(consumer) ?? 0;
  }

  async eraseUnit(subject: UnitSubject): Promise<ErasedRecords> {
    const erased = this.recordsOf(subject);
    for (const record of erased) {
      const payload = { name: '', value: null, units: {}, properties: {} };
      this.records[record.offset - 1] = { ...record, kind: 'tracked', payload };
    }
    return { count: erased.length, lastOffset: erased.at(-1)?.offset ?? 0 };
  }

  async countUnit(subject: UnitSubject): Promise<number> {
    return this.recordsOf(subject).length;
  }

  private recordsOf({ environmentId, unit }: UnitSubject): readonly LogRecord[] {
    return this.records.filter(
      (record) => record.environmentId === environmentId && carriesUnit(record.kind, record.payload, unit),
    );
  }
}

/** The log's clock ticks once a record, in milliseconds. */
function timeAt(offset: number): number {
  return 1_780_000_000_000 + offset;
}
