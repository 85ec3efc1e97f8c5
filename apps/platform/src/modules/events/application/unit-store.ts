/** A unit as one environment of an organization knows it. */
export interface UnitSubject {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly unit: string;
}

/** Something that holds what is known of units. */
export interface UnitStore {
  /** As the answer and the audit trail name it, for example `quarantine`. */
  readonly name: string;
  /** Deletes what it holds of the unit and tells how many entries that were. */
  eraseUnit(subject: UnitSubject): Promise<number>;
  /** Entries that it holds of the unit. */
  countUnit(subject: UnitSubject): Promise<number>;
}

/** Injection token of the stores beside log and warehouse: `readonly UnitStore[]`. */
export const UNIT_STORES = Symbol('UnitStores');
