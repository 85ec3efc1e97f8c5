import type {
  NewQuarantinedEvent,
  QuarantinedEvent,
  QuarantineScope,
  QuarantineStore,
  ReplayDecision,
  ReplayQuery,
} from '../application/quarantine-store.js';
import type { QuarantineReason } from '../domain/quarantine-verdict.js';

/** Quarantined events of one environment in memory; filters are left to the database. */
export class InMemoryQuarantine implements QuarantineStore {
  /** What the next {@link keep} throws; undefined: nothing. */
  failure: Error | undefined;
  private readonly kept = new Map<string, QuarantinedEvent>();

  events(): readonly QuarantinedEvent[] {
    return [...this.kept.values()].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  }

  async keep(events: readonly NewQuarantinedEvent[]): Promise<readonly QuarantineReason[]> {
    if (this.failure) throw this.failure;
    const added = events.filter(({ eventId }) => !this.kept.has(eventId));
    for (const event of added) this.kept.set(event.eventId, { ...event, replayedAt: undefined });
    return added.map(({ verdict }) => verdict.reason);
  }

  async list(): Promise<readonly QuarantinedEvent[]> {
    return [...this.events()].reverse();
  }

  async replayNext(
    _scope: QuarantineScope,
    { afterId, limit }: ReplayQuery,
    decide: (events: readonly QuarantinedEvent[]) => Promise<ReplayDecision>,
  ): Promise<{ readonly count: number; readonly lastId: string | undefined }> {
    const open = this.events().filter(({ eventId, replayedAt }) => !replayedAt && eventId > afterId);
    const next = open.slice(0, limit);
    if (next.length === 0) return { count: 0, lastId: undefined };
    const { replayed, failed } = await decide(next);
    for (const event of next) {
      const verdict = failed.get(event.eventId) ?? event.verdict;
      const replayedAt = replayed.includes(event.eventId) ? new Date(0) : undefined;
      this.kept.set(event.eventId, { ...event, verdict, replayedAt });
    }
    return { count: next.length, lastId: next.at(-1)?.eventId };
  }

  async replaysEnded(): Promise<void> {
    // Nobody else replays.
  }

  async deleteBefore(time: Date): Promise<number> {
    if (this.failure) throw this.failure;
    const old = this.events().filter(({ receivedMicros }) => receivedMicros < time.getTime() * 1_000);
    for (const { eventId } of old) this.kept.delete(eventId);
    return old.length;
  }
}
