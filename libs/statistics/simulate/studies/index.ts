import { GRID_CHAPTER } from '../grid/matrix.js';
import type { Study } from '../study.js';
import { adjustedStudies } from './adjusted-studies.js';
import { alwaysValidStudies } from './always-valid-studies.js';
import { decisionStudies } from './decision-studies.js';
import { fixedStudies } from './fixed-studies.js';
import { groupSequentialStudies } from './group-sequential-studies.js';
import { gridStudies } from './grid-studies.js';
import { marginStudies } from './margin-studies.js';
import { multiplicityStudies } from './multiplicity-studies.js';
import { peekingStudies } from './peeking-studies.js';
import { plannerFixedStudies } from './planner-fixed-studies.js';
import { plannerSequentialStudies } from './planner-sequential-studies.js';
import { quantileStudies } from './quantile-studies.js';
import { sampleRatioStudies } from './sample-ratio-studies.js';

/** A part of the table. */
export interface Chapter {
  readonly title: string;
  readonly studies: readonly Study[];
  /** Which of the two test files holds the short run: they run side by side. */
  readonly runs: 'with the methods' | 'with the grid';
}

/** Everything that is simulated, in the order of the table. */
export const chapters: readonly Chapter[] = [
  { title: 'Naive peeking, for contrast', studies: peekingStudies, runs: 'with the methods' },
  { title: 'Fixed-horizon tests', studies: fixedStudies, runs: 'with the methods' },
  { title: 'Tests with a margin and one-sided tests', studies: marginStudies, runs: 'with the methods' },
  { title: 'Fixed-horizon tests with variance reduction', studies: adjustedStudies, runs: 'with the methods' },
  { title: 'Quantiles', studies: quantileStudies, runs: 'with the methods' },
  { title: 'Group sequential tests', studies: groupSequentialStudies, runs: 'with the methods' },
  { title: 'Always-valid methods', studies: alwaysValidStudies, runs: 'with the methods' },
  { title: 'Sequential sample ratio test', studies: sampleRatioStudies, runs: 'with the methods' },
  { title: 'Decision rule', studies: decisionStudies, runs: 'with the methods' },
  { title: 'Power as planned, fixed designs', studies: plannerFixedStudies, runs: 'with the grid' },
  { title: 'Power as planned, sequential designs', studies: plannerSequentialStudies, runs: 'with the grid' },
  { title: 'Several tests', studies: multiplicityStudies, runs: 'with the grid' },
  { title: GRID_CHAPTER, studies: gridStudies, runs: 'with the grid' },
];
