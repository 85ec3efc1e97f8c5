import type { EventLog, LogEnd, LogRecord, NewRecord } from '../application/event-log.js';

/** The log in memory, with failures on demand. */
export class InMemoryEventLog implements EventLog {
  readonly records: LogRecord[] = [];
  /** Sizes of the appends, in order. */
  readonly appends: number[] = [];
  /** Runs before each append; what it throws fails the append. */
  beforeAppend: (records: readonly NewRecord[]) => Promise<void> = () => Promise.resolve();
  private readonly ids = new Set<string>();
  private readonly offsets = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

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
      this.records.push({ offset, environmentId, eventId, kind, payload, timeMicros, receivedMicros: timeMicros });
      return true;
    });
    for (const listener of this.listeners) listener();
    return isNew;
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    return this.records.slice(after, after + limit);
  }

  async end(): Promise<LogEnd> {
    return { offset: this.records.length, time: new Date(1_780_000_000_000) };
  }

  async source(): Promise<string> {
    return 'memory';
  }

  async commitOffset(consumer: string, offset: number): Promise<void> {
    this.offsets.set(consumer, Math.max(offset, this.offsets.get(consumer) ?? 0));
  }

  async committedOffset(consumer: string): Promise<number> {
    return this.offsets.get(consumer) ?? 0;
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
