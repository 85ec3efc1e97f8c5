import type { ResultSnapshot } from '../domain/result-snapshot.js';

/** Keeps computed results. */
export interface ResultStore {
  /** @throws DomainError DATABASE_UNAVAILABLE. */
  save(organizationId: string, snapshot: ResultSnapshot): Promise<void>;
  /** The newest results of an experiment; undefined when none were computed. */
  newest(organizationId: string, experimentId: string): Promise<ResultSnapshot | undefined>;
}

export const RESULT_STORE = Symbol('ResultStore');
