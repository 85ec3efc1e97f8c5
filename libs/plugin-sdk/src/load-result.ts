import type { LoadBatch, LoadResult, RowCounts } from './warehouse.js';

/** What a batch comes to whose offset is not beyond the recorded one. */
export const NOTHING_LOADED: LoadResult = { exposures: 0, events: 0, duplicates: 0 };

/** What a batch comes to of which `added` were new: the rest is duplicates. */
export function loadResult(batch: LoadBatch, { exposures, events }: RowCounts): LoadResult {
  return { exposures, events, duplicates: batch.exposures.length + batch.events.length - exposures - events };
}
