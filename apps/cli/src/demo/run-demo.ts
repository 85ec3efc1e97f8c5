import { fileURLToPath } from 'node:url';

import { DomainError } from '@sortition/kernel';

import { PlatformClient } from '../connection/platform-client.js';
import { readDeclaration } from '../declaration/read-declaration.js';
import { experimentResults } from '../results-view/experiment-results.js';
import type { ExperimentResults } from '../results-view/experiment-results.js';
import type { ReadyLine } from '../start/render-ready.js';
import { startPlatformProcess } from './platform-process.js';
import { runVisitors } from './visitor-processes.js';

const DECLARATION = fileURLToPath(new URL('../../demo/experiments.yaml', import.meta.url));
const EXPERIMENTS = ['fast-checkout', 'recommendations-aa'] as const;

export interface DemoPlan {
  readonly visitors: number;
  readonly processes: number;
  readonly seed: number;
  readonly dataDirectory: string;
  /** Resolves when the demo is to end early. */
  readonly stopped: Promise<void>;
}

/** What happens as the demo goes on. */
export interface DemoObserver {
  step(text: string): void;
  served(process: number, count: number): void;
}

export interface DemoOutcome {
  readonly visitors: number;
  readonly processes: number;
  readonly seconds: DemoSeconds;
  readonly experiments: readonly ExperimentResults[];
}

/** Wall-clock time of the demo's parts. */
export interface DemoSeconds {
  readonly start: number;
  /** Until every event was acknowledged. */
  readonly visits: number;
  readonly results: number;
  readonly total: number;
}

/** Runs everything from flag to result: platform, declaration, visitors through the SDK, results. Stops the platform at the end. */
export async function runDemo(plan: DemoPlan, observer: DemoObserver): Promise<DemoOutcome> {
  const stopped = plan.stopped.then((): never => {
    throw new DomainError('unavailable', 'SHUTTING_DOWN', 'The demo was told to stop.');
  });
  // Nobody listens before the platform runs or after the demo has ended.
  stopped.catch(() => undefined);
  const startedMs = performance.now();
  observer.step('Starting the platform');
  const platform = await startPlatformProcess(plan.dataDirectory);
  try {
    return await Promise.race([runThread(plan, platform.ready, startedMs, observer), stopped]);
  } finally {
    await platform.stop();
  }
}

async function runThread(
  plan: DemoPlan,
  { grpc, keys, project }: ReadyLine,
  startedMs: number,
  observer: DemoObserver,
): Promise<DemoOutcome> {
  if (keys === null) {
    throw new DomainError(
      'failed-precondition',
      'MISSING_CREDENTIAL',
      `The data directory "${plan.dataDirectory}" holds no starter keys; choose another with --data-dir.`,
    );
  }
  const client = new PlatformClient({ target: grpc, isSecure: false, key: keys.admin, project });
  try {
    observer.step(`Applying two experiments to ${grpc}`);
    const declaration = await readDeclaration(DECLARATION);
    await client.applyDeclaration({ parent: `projects/${project}`, declaration, dryRun: false });
    const readyMs = performance.now();

    observer.step('Visitors arrive');
    await runVisitors({ ...plan, address: grpc, apiKey: keys.server }, observer.served.bind(observer));
    const visitedMs = performance.now();

    observer.step('Computing the results');
    const experiments: ExperimentResults[] = [];
    for (const key of EXPERIMENTS) {
      const { results } = await client.computeResults(`projects/${project}/experiments/${key}`);
      if (results) experiments.push(experimentResults(results));
    }
    const endedMs = performance.now();
    return {
      visitors: plan.visitors,
      processes: plan.processes,
      seconds: {
        start: secondsOf(readyMs - startedMs),
        visits: secondsOf(visitedMs - readyMs),
        results: secondsOf(endedMs - visitedMs),
        total: secondsOf(endedMs - startedMs),
      },
      experiments,
    };
  } finally {
    client.close();
  }
}

function secondsOf(milliseconds: number): number {
  return Math.round(milliseconds / 10) / 100;
}
