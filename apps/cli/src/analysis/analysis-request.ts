/** What `sortition analyze` is asked. */
export interface AnalysisRequest {
  /** Path of a CSV file, also compressed with gzip when it ends in `.gz`. */
  readonly file: string;
  /** Column that names the unit; rows of a unit are added up. Undefined: every row is a unit. */
  readonly unitColumn: string | undefined;
  readonly variantColumn: string;
  /** Value of the variant column that the other values are compared with. */
  readonly control: string;
  readonly metricColumns: readonly string[];
  /** Expected share of each variant, up to a factor. Undefined: equal shares. */
  readonly weights: ReadonlyMap<string, number> | undefined;
  /** Level of each test and one minus the level of the intervals, in (0,1). */
  readonly alpha: number;
  /** What an empty metric field means. */
  readonly missing: 'error' | 'zero';
}
