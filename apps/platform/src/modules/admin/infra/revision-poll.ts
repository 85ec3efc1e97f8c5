import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { PublishedListener } from './published-listener.js';

/** Stands for no organization: row-level security shows such a transaction nothing but what `consume` allows. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

interface Revision {
  readonly id: string;
  readonly revision: string;
}

/** Finds published snapshots by reading the revisions of all environments every so often. */
export class RevisionPoll {
  private readonly known = new Map<string, number>();
  private knownSum: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: TenantDatabase,
    private readonly intervalMs: number,
    private readonly notify: PublishedListener,
  ) {}

  /** Idempotent. */
  start(): void {
    this.timer ??= this.schedule();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      // With the database away there is nothing to find; readiness reports it.
      void this.poll()
        .catch(() => undefined)
        .finally(() => {
          if (this.timer === timer) this.timer = this.schedule();
        });
    }, this.intervalMs);
    return timer.unref();
  }

  private async poll(): Promise<void> {
    const revisions = await this.database.read(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
      // Revisions only grow, so that any change shows in their sum.
      const [total]: readonly { readonly sum: string }[] = await manager.query(
        `SELECT coalesce(sum(revision), 0)::text || '/' || count(*) AS sum FROM environment`,
      );
      if (total === undefined || total.sum === this.knownSum) return [];
      const rows: readonly Revision[] = await manager.query(`SELECT id, revision FROM environment`);
      this.knownSum = total.sum;
      return rows;
    });
    for (const { id, revision } of revisions) {
      if (this.known.get(id) === Number(revision)) continue;
      this.known.set(id, Number(revision));
      this.notify(id, Number(revision));
    }
  }
}
