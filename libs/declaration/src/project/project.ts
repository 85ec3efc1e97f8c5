/** A product with flags, segments, layers, metrics and experiments of its own. */
export interface Project {
  readonly id: string;
  readonly key: string;
  readonly displayName: string;
  readonly createdAt: Date;
}

/** A place where a project runs. */
export interface Environment {
  readonly id: string;
  readonly projectId: string;
  readonly key: string;
  readonly displayName: string;
  /** Of the newest published snapshot. */
  readonly revision: number;
  readonly createdAt: Date;
}
