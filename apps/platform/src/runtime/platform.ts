import type { DomainError } from '@sortition/kernel';

/** A running platform. */
export interface Platform {
  /** Where gRPC listens, `host:port`, an IPv6 address in brackets. */
  readonly grpcAddress: string;
  /** Where HTTP listens, `http://host:port`. */
  readonly httpUrl: string;
  readonly starter: Starter;
  /** Resolves, with the reason in one line, when the platform cannot go on. Close it then. */
  readonly failed: Promise<DomainError>;
  /** Stops accepting, finishes what is under way, flushes and closes; bounded by 10 seconds. Idempotent. */
  close(): Promise<void>;
}

/** What the first start made so that one can begin. */
export interface Starter {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  /** Whether this start made it. */
  readonly isNew: boolean;
  /** Present in embedded mode, and on the start that made them. */
  readonly keys: StarterKeys | undefined;
  /** For the organizations of the platform. Present in embedded mode, and on the start that made it. */
  readonly operatorToken: string | undefined;
}

export interface StarterKeys {
  readonly admin: string;
  readonly server: string;
  readonly client: string;
}
