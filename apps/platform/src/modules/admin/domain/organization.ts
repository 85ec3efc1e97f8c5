/** A tenant. */
export interface Organization {
  readonly id: string;
  readonly key: string;
  readonly displayName: string;
  readonly createdAt: Date;
}

/**
 * The organization of whoever operates the platform. It holds the operator's token and no project; row-level security
 * shows it all organizations. Its migration made it, under the same id on every platform.
 */
export const OPERATORS = { id: '00000000-0000-7000-8000-000000000001', key: 'sortition-operators' } as const;
