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
}

/** Everything that is simulated, in the order of the table. */
export const chapters: readonly Chapter[] = [
  { title: 'Naive peeking, for contrast', studies: peekingStudies },
  { title: GRID_CHAPTER, studies: gridStudies },
  { title: 'Fixed-horizon tests', studies: fixedStudies },
  { title: 'Tests with a margin and one-sided tests', studies: marginStudies },
  { title: 'Fixed-horizon tests with variance reduction', studies: adjustedStudies },
  { title: 'Quantiles', studies: quantileStudies },
  { title: 'Group sequential tests', studies: groupSequentialStudies },
  { title: 'Always-valid methods', studies: alwaysValidStudies },
  { title: 'Sequential sample ratio test', studies: sampleRatioStudies },
  { title: 'Several tests', studies: multiplicityStudies },
  { title: 'Decision rule', studies: decisionStudies },
  { title: 'Power as planned, fixed designs', studies: plannerFixedStudies },
  { title: 'Power as planned, sequential designs', studies: plannerSequentialStudies },
];
