/** Where a unit's stored assignment is found. */
export interface StickyKey {
  readonly materialization: string;
  readonly unit: string;
}

/** The variant that a unit keeps under a materialization. */
export interface StickyRecord extends StickyKey {
  readonly variant: string;
}
