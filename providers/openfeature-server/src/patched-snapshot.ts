const KINDS = ['flags', 'segments', 'lists', 'layers', 'holdouts'] as const;

interface Keyed {
  readonly key: string;
}

type SnapshotJson = Readonly<Record<(typeof KINDS)[number], readonly Keyed[]>>;
type DeltaJson = { readonly revision: number } & Readonly<
  Record<(typeof KINDS)[number], { readonly upserted: readonly Keyed[]; readonly removed: readonly string[] }>
>;

/** The JSON of a snapshot after changes that were applied to it before, in order. */
export function patchedSnapshot(snapshot: Buffer, deltas: readonly Buffer[]): Buffer {
  const patched = JSON.parse(snapshot.toString('utf8')) as SnapshotJson & Record<string, unknown>;
  for (const json of deltas) {
    const delta = JSON.parse(json.toString('utf8')) as DeltaJson;
    for (const kind of KINDS) {
      const items = new Map(patched[kind].map((item) => [item.key, item]));
      for (const key of delta[kind].removed) items.delete(key);
      for (const item of delta[kind].upserted) items.set(item.key, item);
      Object.assign(patched, { [kind]: [...items.values()] });
    }
    Object.assign(patched, { revision: delta.revision });
  }
  return Buffer.from(JSON.stringify(patched));
}
