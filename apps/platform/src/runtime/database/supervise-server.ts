import { setTimeout as pause } from 'node:timers/promises';

import type { EmbeddedServer } from '@sortition/embedded-postgres';
import { DomainError } from '@sortition/kernel';
import pRetry from 'p-retry';
import type { Logger } from 'pino';

export interface SupervisionTimes {
  readonly checkMs: number;
  /** The first pause before another attempt; each is twice as long as the one before, up to ten times the first. */
  readonly firstPauseMs: number;
  /** Attempts at one start, and deaths within the window, after which it gives up. */
  readonly attempts: number;
  readonly windowMs: number;
}

export interface Supervision {
  /** Resolves, with the reason in one line, when the server cannot be kept running. */
  readonly failed: Promise<DomainError>;
  /** Ends supervision; resolves when no start is under way. */
  stop(): Promise<void>;
}

const TIMES: SupervisionTimes = { checkMs: 500, firstPauseMs: 250, attempts: 6, windowMs: 120_000 };

/** Starts the server again, with growing pauses, whenever it died. */
export function superviseServer(
  server: Pick<EmbeddedServer, 'isRunning' | 'restart'>,
  logger: Logger,
  times: SupervisionTimes = TIMES,
): Supervision {
  const closing = new AbortController();
  const { signal } = closing;
  let report: (reason: DomainError) => void = () => undefined;
  const failed = new Promise<DomainError>((resolve) => {
    report = resolve;
  });
  let starting = Promise.resolve();
  const supervised = {
    isRunning: () => server.isRunning(),
    restart: () => (starting = server.restart()),
  };
  const watching = watch(supervised, logger, times, signal).catch((error: unknown) => {
    if (!signal.aborted) report(cannotBeKept(error));
  });
  return {
    failed,
    async stop() {
      closing.abort();
      await watching;
      await starting.catch(() => undefined);
    },
  };
}

async function watch(
  server: Pick<EmbeddedServer, 'isRunning' | 'restart'>,
  logger: Logger,
  times: SupervisionTimes,
  signal: AbortSignal,
): Promise<void> {
  let deaths: readonly number[] = [];
  while (!signal.aborted) {
    await pause(times.checkMs, undefined, { signal, ref: false });
    if (await server.isRunning()) continue;
    const now = performance.now();
    deaths = [...deaths.filter((diedAt) => now - diedAt <= times.windowMs), now];
    if (deaths.length >= times.attempts) {
      throw new Error(`it died ${String(deaths.length)} times within ${String(times.windowMs / 1_000)} s`);
    }
    logger.error({ deaths: deaths.length }, 'the embedded PostgreSQL died; it is started again');
    await startAgain(server, logger, times, signal);
    logger.warn('the embedded PostgreSQL runs again');
  }
}

async function startAgain(
  server: Pick<EmbeddedServer, 'restart'>,
  logger: Logger,
  { attempts, firstPauseMs }: SupervisionTimes,
  signal: AbortSignal,
): Promise<void> {
  await pRetry(() => server.restart(), {
    retries: attempts - 1,
    minTimeout: firstPauseMs,
    maxTimeout: 10 * firstPauseMs,
    factor: 2,
    randomize: true,
    signal,
    onFailedAttempt: ({ error, attemptNumber }) => {
      logger.error({ err: error, attempt: attemptNumber }, 'the embedded PostgreSQL did not start again');
    },
  });
}

function cannotBeKept(error: unknown): DomainError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DomainError(
    'unavailable',
    'DATABASE_UNAVAILABLE',
    `The embedded PostgreSQL died and cannot be kept running, so the platform stops: ${reason}`,
    { cause: error },
  );
}
