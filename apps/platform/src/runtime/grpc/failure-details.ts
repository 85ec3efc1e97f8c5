import type { Metadata } from '@grpc/grpc-js';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';

const TYPE_URL_PREFIX = 'type.googleapis.com/';

/** What a failure says beside its message, read from its trailers. */
export interface FailureDetails {
  /** Full names of messages, and the messages in binary. */
  readonly messages: readonly { readonly type: string; readonly value: Uint8Array }[];
  /** Whole seconds until the same call may succeed, at least 1; undefined when that is not said. */
  readonly retryAfterSeconds: number | undefined;
}

export function failureDetailsOf(metadata: Metadata | undefined): FailureDetails {
  const [status] = metadata?.get('grpc-status-details-bin') ?? [];
  const messages = (status instanceof Buffer ? rpcStatus.Status.decode(status).details : []).map(
    ({ typeUrl, value }) => ({ type: typeUrl.replace(TYPE_URL_PREFIX, ''), value }),
  );
  const retryInfo = messages.find(({ type }) => type === 'google.rpc.RetryInfo');
  return { messages, retryAfterSeconds: retryInfo && secondsOf(retryInfo.value) };
}

function secondsOf(retryInfo: Uint8Array): number {
  const { seconds = 0, nanos = 0 } = rpcErrorDetails.RetryInfo.decode(retryInfo).retryDelay ?? {};
  return Math.max(1, seconds + Math.ceil(nanos / 1e9));
}
