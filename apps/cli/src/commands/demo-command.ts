import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { Command } from 'commander';

import { showProgress } from '../demo/progress.js';
import { runDemo } from '../demo/run-demo.js';
import type { DemoOutcome } from '../demo/run-demo.js';
import { sharesOf } from '../demo/visitor-processes.js';
import { UsageError } from '../failure/usage-error.js';
import { formatCount } from '../output/format-number.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import type { ExperimentResults } from '../results-view/experiment-results.js';
import { stopSignal } from '../start/stop-signal.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';

interface DemoOptions {
  readonly visitors: string;
  readonly processes: string;
  readonly seed: string;
  readonly dataDir?: string;
  readonly report: string;
  readonly keep?: true;
  readonly output: OutputFormat;
}

/** `sortition demo`: from flag to result with simulated visitors. */
export function demoCommand(context: CommandContext): Command {
  return new Command('demo')
    .summary('run two experiments with simulated visitors')
    .description(
      'Starts a platform of its own, applies two experiments, sends visitors through an ordinary OpenFeature application and shows the results. One experiment has a true effect, the other, an A/A, has none.',
    )
    .option('--visitors <count>', 'how many visitors', '50000')
    .option('--processes <count>', 'application processes', '2')
    .option('--seed <number>', 'who the visitors are; the same seed brings the same ones', '1')
    .option('--report <file>', 'where the HTML report goes', join('.sortition', 'demo-report.html'))
    .option('--data-dir <directory>', 'data directory, kept afterwards (default: a temporary one)')
    .option('--keep', 'keep the temporary data directory')
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action((options: DemoOptions) => demo(context, options));
}

const EXAMPLES = `
The application is apps/cli/demo/shop.mjs, its experiments are apps/cli/demo/experiments.yaml.

Examples:
  sortition demo
  sortition demo --visitors 2000 --output json
  sortition demo --keep                     then look around: sortition start --data-dir DIRECTORY
`;

async function demo(context: CommandContext, options: DemoOptions): Promise<void> {
  const visitors = wholeNumber('--visitors', options.visitors, 1, 10_000_000);
  const processes = wholeNumber('--processes', options.processes, 1, 64);
  const seed = wholeNumber('--seed', options.seed, 0, 4_294_967_295);
  const report = resolve(options.report);
  await makeFolder(dirname(report));
  const isTemporary = options.dataDir === undefined;
  const dataDirectory = isTemporary ? await mkdtemp(join(tmpdir(), 'sortition-demo-')) : resolve(options.dataDir);
  const isKept = !isTemporary || options.keep === true;
  const progress = showProgress(options.output === 'json' ? undefined : context.stderr, sharesOf(visitors, processes));
  const stop = stopSignal();
  try {
    const outcome = await runDemo(
      { visitors, processes, seed, dataDirectory, stopped: stop.received },
      {
        step: (text) => context.stderr.write(`${text}\n`),
        served: (process, count) => {
          progress.served(process, count);
        },
      },
    );
    progress.stop();
    const { renderReport } = await import('../report/render-report.js');
    const { renderResults } = await import('../results-view/render-results.js');
    await writeFile(report, renderReport(outcome));
    const shown = { ...outcome, report, dataDirectory: isKept ? dataDirectory : null };
    print(context, options.output, shown, (demo) => renderOutcome(demo, renderResults));
  } finally {
    progress.stop();
    stop.release();
    if (!isKept) await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** Not with those above it: below /proc, where nothing can be made, Node.js would try for ever. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new UsageError(`--report: the folder "${folder}" does not exist and cannot be made; make it first.`, {
        cause,
      });
    }
  }
}

function renderOutcome(
  outcome: DemoOutcome & { readonly report: string; readonly dataDirectory: string | null },
  renderResults: (results: ExperimentResults) => string,
): string {
  const { visitors, processes, seconds, experiments, report, dataDirectory } = outcome;
  return [
    ...experiments.flatMap((results) => ['', renderResults(results)]),
    '',
    `${formatCount(visitors)} visitors in ${processes} processes: started in ${seconds.start} s, served and acknowledged in ${seconds.visits} s, results in ${seconds.results} s.`,
    `Report: ${report}`,
    ...(dataDirectory === null ? [] : [`Data: sortition start --data-dir ${dataDirectory}`]),
  ].join('\n');
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, got "${text}".`);
}
