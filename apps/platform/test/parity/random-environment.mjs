/** Random flags and contexts; the same seed gives the same ones. */
import { compileSnapshot } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';
import fc from 'fast-check';

import {
  arbitraryEnvironment,
  arbitraryJsonContext,
} from '../../dist/modules/assignment/testing/arbitrary-environment.js';

/** Some of the flags have what flagd cannot express. */
const FOREIGN = 1;

export function randomEnvironment({ flags, contexts, seed }) {
  const [snapshot] = fc.sample(arbitraryEnvironment(flags, FOREIGN), { numRuns: 1, seed });
  return {
    snapshot,
    compiled: compileSnapshot(snapshot, { operators: standardOperators }),
    contexts: fc.sample(arbitraryJsonContext, { numRuns: contexts, seed }),
  };
}
