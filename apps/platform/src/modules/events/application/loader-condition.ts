import type { Logger } from 'pino';

import { loaderTelemetry, observeTogether } from './events-telemetry.js';
import type { LoaderFindings, LoaderPosition } from './loader-position.js';

const NOTHING_FOUND: LoaderFindings = { before: 0, reloadedUntil: 0, missingUntil: 0 };

/** What the loader found wrong between log and warehouse since the process began: in its log, and in its metrics. */
export class LoaderCondition {
  private logReturns = 0;
  private warehouseReturns = 0;
  private missing = 0;
  private reloadedUntil = 0;
  private offset = 0;
  private last: LoaderFindings = NOTHING_FOUND;

  constructor(private readonly logger: Logger) {}

  /** Whether the warehouse lacks what it had before, and is being filled again. */
  get isReloading(): boolean {
    return this.offset < this.reloadedUntil;
  }

  found({ source, offset }: LoaderPosition, findings: LoaderFindings): void {
    const { before, reloadedUntil, missingUntil } = findings;
    const isKnown = JSON.stringify(findings) === JSON.stringify(this.last);
    this.last = findings;
    this.offset = offset;
    this.reloadedUntil = reloadedUntil;
    if (isKnown) return;
    if (before > 0) {
      this.logReturns += 1;
      this.logger.warn(
        { source, loadedUntil: before, goesOnFrom: offset },
        'the event log went back in time or was replaced, as by a restore: the warehouse keeps what it has loaded, and what the log has taken since is loaded; what was acknowledged and neither loaded nor restored is lost',
      );
    }
    if (reloadedUntil > 0) {
      this.warehouseReturns += 1;
      this.logger.warn(
        { source, from: offset + 1, to: reloadedUntil },
        'the warehouse lacks events that were loaded before, as when its file was deleted or restored: loading them again from the event log',
      );
    }
    if (missingUntil > 0) {
      this.missing += missingUntil - offset;
      this.logger.warn(
        { source, missingFrom: offset + 1, missingTo: missingUntil },
        'the event log no longer holds all that the warehouse lacks, its retention being over: these offsets are missing from every result unless the warehouse is restored from a backup',
      );
    }
  }

  moved(offset: number): void {
    this.offset = offset;
  }

  /** Returns the function that stops it. */
  observe(): () => void {
    const { logReturns, warehouseReturns, missing, reloading } = loaderTelemetry;
    return observeTogether([logReturns, warehouseReturns, missing, reloading], (result) => {
      result.observe(logReturns, this.logReturns);
      result.observe(warehouseReturns, this.warehouseReturns);
      result.observe(missing, this.missing);
      result.observe(reloading, this.isReloading ? this.reloadedUntil - this.offset : 0);
    });
  }
}
