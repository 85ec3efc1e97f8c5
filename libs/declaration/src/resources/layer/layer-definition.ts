/** A space of 1,000,000 buckets in which exclusive experiments hold disjoint ranges. */
export interface LayerDefinition {
  readonly description: string;
  /** Made on creation and kept: changing it would move every unit. */
  readonly salt: string;
}
