/** For which environment a manifest is. */
export interface ManifestTarget {
  readonly organizationId: string;
  readonly project: string;
  readonly environment: string;
}
