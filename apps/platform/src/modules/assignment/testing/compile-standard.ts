import { compileSnapshotInSteps } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';

import type { Compile } from '../application/loaded-environment.js';

/** Compiles with the operators of the flag model alone, as a process without plugins does. */
export const compileStandard: Compile = (snapshot) =>
  compileSnapshotInSteps(snapshot, { operators: standardOperators });
