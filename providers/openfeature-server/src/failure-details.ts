import { Metadata } from '@grpc/grpc-js';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';

/** What the platform says of a refusal beside its status. */
export interface FailureDetails {
  /** Stable code, for example `MESSAGE_TOO_LARGE`. */
  readonly reason?: string;
  /** Least delay before another try, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The `google.rpc` details of a failed call (AIP-193); nothing for other errors. */
export function failureDetailsOf(error: unknown): FailureDetails {
  const metadata = error instanceof Error && 'metadata' in error ? error.metadata : undefined;
  const [trailer] = metadata instanceof Metadata ? metadata.get('grpc-status-details-bin') : [];
  if (!Buffer.isBuffer(trailer)) return {};
  try {
    return Object.assign({}, ...rpcStatus.Status.decode(trailer).details.map(detailOf)) as FailureDetails;
  } catch {
    return {};
  }
}

function detailOf({ typeUrl, value }: rpcStatus.Status['details'][number]): FailureDetails {
  switch (typeUrl) {
    case 'type.googleapis.com/google.rpc.ErrorInfo':
      return { reason: rpcErrorDetails.ErrorInfo.decode(value).reason };
    case 'type.googleapis.com/google.rpc.RetryInfo': {
      const { seconds = 0, nanos = 0 } = rpcErrorDetails.RetryInfo.decode(value).retryDelay ?? {};
      return { retryAfterMs: seconds * 1_000 + nanos / 1_000_000 };
    }
    default:
      return {};
  }
}
