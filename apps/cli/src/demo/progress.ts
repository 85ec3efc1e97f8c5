import { MultiBar, Presets } from 'cli-progress';

import { formatCount } from '../output/format-number.js';
import type { TextSink } from '../output/text-sink.js';

/** Shows a person how far the visitors are: one bar a process. */
export interface Progress {
  served(process: number, count: number): void;
  stop(): void;
}

/** Bars on a terminal, nothing elsewhere or without a sink. */
export function showProgress(stderr: TextSink | undefined, totals: readonly number[]): Progress {
  if (stderr?.isTTY !== true) return { served: () => undefined, stop: () => undefined };
  const bars = new MultiBar(
    {
      format: ' process {process}  {bar} {percentage}%  {count} of {all} visitors',
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const shown = totals.map((total, index) =>
    bars.create(total, 0, { process: index + 1, count: '0', all: formatCount(total) }),
  );
  return {
    served: (process, count) => shown[process]?.update(count, { count: formatCount(count) }),
    stop: () => {
      bars.stop();
    },
  };
}
