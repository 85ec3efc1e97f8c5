import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { rpcErrorDetails, rpcStatus } from '@sortition/contracts';

/** A call that the platform refused or did not answer. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';

  constructor(
    message: string,
    /** The platform's stable code, for example `STALE_ETAG`; undefined when nothing answered. */
    readonly code: string | undefined,
    readonly status: status,
    options: ErrorOptions,
    /** What the platform found wrong and the message does not name, one problem each. */
    readonly problems: readonly string[] = [],
  ) {
    super(message, options);
  }
}

/** Says what the platform said, with its code, and what to do when it said nothing. */
export function rpcFailure(error: ServiceError, target: string): RpcFailure {
  const { reason, violations } = detailsOf(error);
  if (reason === undefined) return new RpcFailure(unanswered(error, target), reason, error.code, { cause: error });
  const problems = violations.filter((violation) => !error.details.includes(violation));
  return new RpcFailure(error.details, reason, error.code, { cause: error }, problems);
}

function unanswered(error: ServiceError, target: string): string {
  switch (error.code) {
    case status.UNAVAILABLE:
      return `No platform answers at ${target}: start one with "sortition start", or name another with --address.`;
    case status.DEADLINE_EXCEEDED:
      return `The platform at ${target} did not answer in time; try again, or look at its log.`;
    case status.UNIMPLEMENTED:
      return `The platform at ${target} does not serve this: its --roles may leave it out, or it is an older version.`;
    default:
      return `The platform at ${target} failed: ${error.details}`;
  }
}

function detailsOf(error: ServiceError): {
  readonly reason: string | undefined;
  readonly violations: readonly string[];
} {
  const [binary] = error.metadata.get('grpc-status-details-bin');
  if (!(binary instanceof Buffer)) return { reason: undefined, violations: [] };
  let reason: string | undefined;
  const violations: string[] = [];
  for (const { typeUrl, value } of rpcStatus.Status.decode(binary).details) {
    if (typeUrl.endsWith('/google.rpc.ErrorInfo')) reason = rpcErrorDetails.ErrorInfo.decode(value).reason;
    if (typeUrl.endsWith('/google.rpc.BadRequest')) {
      const { fieldViolations } = rpcErrorDetails.BadRequest.decode(value);
      violations.push(...fieldViolations.map(({ field, description }) => `${field} ${description}`));
    }
  }
  return { reason, violations };
}
