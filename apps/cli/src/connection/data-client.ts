import type { Metadata, ServiceError } from '@grpc/grpc-js';
import type { eventsData } from '@sortition/contracts';

import { rpcFailure } from './rpc-failure.js';

/** Longest time for writing and sending a file. */
const EXPORT_MS = 6 * 3_600_000;

/**
 * The bytes of an export as they come.
 *
 * @throws RpcFailure
 */
export async function* exportedChunks(
  client: eventsData.DataServiceClient,
  request: eventsData.ExportEventsRequest,
  metadata: Metadata,
  target: string,
): AsyncGenerator<Uint8Array> {
  const call = client.exportEvents(request, metadata, { deadline: Date.now() + EXPORT_MS });
  try {
    for await (const { chunk } of call as AsyncIterable<eventsData.ExportEventsResponse>) yield chunk;
  } catch (error) {
    throw error instanceof Error && 'details' in error ? rpcFailure(error as ServiceError, target) : error;
  } finally {
    call.cancel();
  }
}
