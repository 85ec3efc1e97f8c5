import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { DomainError } from '@sortition/kernel';

const VISITORS = fileURLToPath(new URL('../../demo/visitors.mjs', import.meta.url));

/** A visitor makes two exposures and at most one purchase; what the platform has not taken yet must find room. */
const EVENTS_PER_VISITOR = 3;

export interface VisitorPlan {
  readonly address: string;
  readonly apiKey: string;
  readonly visitors: number;
  readonly processes: number;
  readonly seed: number;
}

/**
 * Sends the visitors through the shop in several processes; ends when every event was acknowledged.
 *
 * @param onServed told how many visitors a process has served so far.
 * @throws DomainError when a process fails.
 */
export async function runVisitors(
  plan: VisitorPlan,
  onServed: (process: number, served: number) => void,
): Promise<void> {
  const shares = sharesOf(plan.visitors, plan.processes);
  let first = 0;
  const running = shares.map((count, index) => {
    const child = fork(VISITORS, [plan.seed, first, count].map(String), {
      env: {
        ...process.env,
        SORTITION_ADDRESS: plan.address,
        SORTITION_API_KEY: plan.apiKey,
        SHOP_EVENT_CAPACITY: String(Math.max(10_000, count * EVENTS_PER_VISITOR)),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    first += count;
    child.on('message', (message) => {
      onServed(index, (message as { readonly served: number }).served);
    });
    return child;
  });
  const stopAll = (): void => {
    for (const child of running) child.kill();
  };
  process.once('exit', stopAll);
  try {
    await Promise.all(
      running.map(async (child, index) => {
        const [code] = (await once(child, 'exit')) as [number | null];
        if (code !== 0) throw new DomainError('unavailable', 'SHUTTING_DOWN', `Visitor process ${index + 1} failed.`);
      }),
    );
  } finally {
    stopAll();
    process.off('exit', stopAll);
  }
}

/** Splits a number into whole parts that differ by at most one. */
export function sharesOf(total: number, parts: number): readonly number[] {
  return Array.from(
    { length: parts },
    (_, part) => Math.floor((total * (part + 1)) / parts) - Math.floor((total * part) / parts),
  );
}
