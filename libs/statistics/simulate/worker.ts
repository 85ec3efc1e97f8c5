import { parentPort } from 'node:worker_threads';

import { runStudy } from './run-study.js';
import type { Finding } from './run-study.js';
import { chapters } from './studies/index.js';

/** What a thread is asked: the place of a study in the table, counted over all chapters, and its seed. */
interface Question {
  readonly index: number;
  readonly seed: number;
}

/** What a thread answers: a tally for each measure of the study. */
export type Answer = readonly Omit<Finding, 'study' | 'measure'>[];

const studies = chapters.flatMap((chapter) => chapter.studies);

parentPort?.on('message', ({ index, seed }: Question) => {
  const study = studies[index];
  if (study === undefined) throw new Error(`there is no study ${index}`);
  const answer: Answer = runStudy(study, 'full', seed).map(({ replications, share, limits, verdict }) => ({
    replications,
    share,
    limits,
    verdict,
  }));
  parentPort?.postMessage(answer);
});
