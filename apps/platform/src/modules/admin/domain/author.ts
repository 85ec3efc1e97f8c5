/** Who makes a change, and in which organization. */
export interface Author {
  readonly organizationId: string;
  /** Key of the organization. */
  readonly organization: string;
  /** What the audit trail shows, for example `apiKeys/1f9c07a4b2de`. */
  readonly actor: string;
}
