/** Publishes events over gRPC. */
import { credentials, Metadata } from '@grpc/grpc-js';
import { events, rpcErrorDetails, rpcStatus } from '@sortition/contracts';

const DEADLINE_MS = 20_000;

export function openPublisher(address, key) {
  const client = new events.EventsServiceClient(address, credentials.createInsecure(), {
    // After a restart of the server nobody waits for the next attempt.
    'grpc.max_reconnect_backoff_ms': 200,
    'grpc.initial_reconnect_backoff_ms': 50,
  });
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return {
    /** Resolves with a result an event, or rejects with the status of the call. */
    publish(batch, sentAt = new Date(), deadlineMs = DEADLINE_MS) {
      return new Promise((resolve, reject) => {
        const options = { deadline: Date.now() + deadlineMs };
        client.publishEvents({ events: batch, sentAt }, metadata, options, (error, response) =>
          error ? reject(error) : resolve(response.results),
        );
      });
    },
    close: () => client.close(),
  };
}

/** What the status of a failed call carries: its reason, and for how long to wait, undefined when it does not say. */
export function detailsOf(error) {
  const [trailer] = error.metadata?.get('grpc-status-details-bin') ?? [];
  const details = trailer === undefined ? [] : rpcStatus.Status.decode(trailer).details;
  const find = (name) => details.find(({ typeUrl }) => typeUrl.endsWith(name));
  const info = find('google.rpc.ErrorInfo');
  const retry = find('google.rpc.RetryInfo');
  const delay = retry && rpcErrorDetails.RetryInfo.decode(retry.value).retryDelay;
  return {
    reason: info ? rpcErrorDetails.ErrorInfo.decode(info.value).reason : '',
    retryAfterMs: delay && Number(delay.seconds) * 1_000 + delay.nanos / 1e6,
  };
}

/** Whether every event was stored, now or before. */
export function allStored(results) {
  return results.every(
    ({ status }) => status === events.EventStatus.ACCEPTED || status === events.EventStatus.DUPLICATE,
  );
}
