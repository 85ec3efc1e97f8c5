import type { adminDeclarations } from '@sortition/contracts';
import { Presets, SingleBar } from 'cli-progress';

import type { TextSink } from '../output/text-sink.js';

/** Fewer changes are written before a bar could be read. */
const CHANGES_WORTH_A_BAR = 2_000;

export interface WriteProgress {
  readonly update: (progress: adminDeclarations.DeclarationProgress) => void;
  readonly stop: () => void;
}

/** Shows how far the platform is with a long write; nothing of it counts before the end. On a terminal only. */
export function showWriteProgress(sink: TextSink | undefined): WriteProgress {
  let bar: SingleBar | undefined;
  return {
    update: ({ changes, written }) => {
      if (sink?.isTTY !== true || changes < CHANGES_WORTH_A_BAR) return;
      if (!bar) {
        bar = new SingleBar(
          {
            format: '  writing {bar} {percentage}% | {value}/{total} changes',
            stream: process.stderr,
            noTTYOutput: false,
          },
          Presets.shades_classic,
        );
        bar.start(changes, written);
      }
      bar.update(written);
    },
    stop: () => bar?.stop(),
  };
}
