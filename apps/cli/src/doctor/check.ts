import type { Connection } from '../connection/resolve-connection.js';
import type { PlatformClient } from '../connection/platform-client.js';
import type { Metrics } from './metrics.js';

/** One thing that `sortition doctor` looks at. To add one: a file in `checks/`, and its line in `checks.ts`. */
export interface Check {
  /** Two or three words, unique. */
  readonly name: string;
  /** What it throws is reported as trouble with this check. */
  run(examination: Examination): Diagnosis | Promise<Diagnosis>;
}

/** What a check found. */
export interface Diagnosis {
  /** `trouble` makes the command fail; `notice` is worth knowing; `skipped` could not be looked at. */
  readonly status: 'good' | 'notice' | 'trouble' | 'skipped';
  /** What is so, in one sentence with its figures. */
  readonly finding: string;
  /** All that the finding counts, a line each. */
  readonly details?: readonly string[];
  /** What to do about it. */
  readonly next?: string;
}

/** A running platform, as a check sees it. */
export interface Examination {
  /** Base URL of its HTTP side. */
  readonly url: string;
  /** Undefined: it does not answer. */
  readonly health: Health | undefined;
  /** Undefined: it does not answer, or not with metrics. */
  readonly metrics: Metrics | undefined;
  /** Calls the platform over gRPC. @throws UsageError when no key can be found. */
  call<Result>(work: (client: PlatformClient, connection: Connection) => Promise<Result>): Promise<Result>;
}

/** What `/readyz` says. */
export interface Health {
  readonly isReady: boolean;
  /** `ready`, `degraded` or `closing`. */
  readonly status: string;
  readonly roles: readonly string[];
  /** `up` or `down`; undefined while closing. */
  readonly database: string | undefined;
  /** `up` or `down`; undefined: events go into the database, or elsewhere than through this process. */
  readonly eventLog?: string | undefined;
  /** `up`, `down` or `reloading`; undefined: this process neither loads nor reads it. */
  readonly warehouse?: string | undefined;
}

/** A check that reads nothing but metrics; skipped without them. */
export function metricsCheck(name: string, diagnose: (metrics: Metrics, examination: Examination) => Diagnosis): Check {
  return {
    name,
    run: (examination) =>
      examination.metrics
        ? diagnose(examination.metrics, examination)
        : { status: 'skipped', finding: 'needs the metrics, which could not be read' },
  };
}

/** `0.0123` as `1.2%`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
