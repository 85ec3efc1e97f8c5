/** Who a verified credential speaks for. */
export interface Principal {
  readonly organizationId: string;
  readonly organization: string;
  /** Selector of the key; public. */
  readonly keySelector: string;
  readonly kind: KeyKind;
  /** The environment that a client or server key is bound to; undefined for other keys. */
  readonly environment: EnvironmentScope | undefined;
  /** Events that the organization may send in a second. Undefined: what the platform grants. */
  readonly eventsPerSecond?: number | undefined;
}

export type KeyKind = 'client' | 'server' | 'admin' | 'operator';

/** One environment, by database id and by the keys that people use. */
export interface EnvironmentScope {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
}
