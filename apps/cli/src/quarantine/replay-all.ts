import type { quarantine } from '@sortition/contracts';

import type { PlatformClient } from '../connection/platform-client.js';

export interface ReplayCounts {
  readonly replayed: number;
  readonly failed: number;
}

/** Replays call by call until nothing that fits is left. */
export async function replayAll(
  client: Pick<PlatformClient, 'replayQuarantinedEvents'>,
  request: quarantine.ReplayQuarantinedEventsRequest,
): Promise<ReplayCounts> {
  let [replayed, failed, pageToken] = [0, 0, request.pageToken];
  do {
    const response = await client.replayQuarantinedEvents({ ...request, pageToken });
    replayed += response.replayedCount;
    failed += response.failedCount;
    pageToken = response.nextPageToken;
  } while (pageToken !== '');
  return { replayed, failed };
}
