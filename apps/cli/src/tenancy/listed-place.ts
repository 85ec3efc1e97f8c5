/** A project, an environment or an organization as a person or a program sees it. */
export interface ListedPlace {
  /** Resource name. */
  readonly name: string;
  readonly displayName: string;
  readonly createTime: string | null;
}

/** @param key stands for the name when the platform sent none. */
export function listedPlace(
  place: { readonly name: string; readonly displayName: string; readonly createTime?: Date | undefined } | undefined,
  key: string,
): ListedPlace {
  return {
    name: place?.name ?? key,
    displayName: place?.displayName ?? key,
    createTime: place?.createTime?.toISOString() ?? null,
  };
}
