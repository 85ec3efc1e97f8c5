import { DomainError } from '@sortition/kernel';

import type { LoadBatch } from './warehouse.js';

/**
 * Checks that a batch leaves no gap behind what is recorded for its source.
 *
 * @throws DomainError INVALID_STATE when it would.
 */
export function requireContinuation({ source, continues = 0 }: LoadBatch, recorded: number): void {
  if (recorded >= continues) return;
  throw new DomainError(
    'failed-precondition',
    'INVALID_STATE',
    `The warehouse has "${source}" up to offset ${String(recorded)}, where the batch continues from ${String(continues)}: it was restored or replaced. What it lacks must be loaded again first.`,
  );
}
