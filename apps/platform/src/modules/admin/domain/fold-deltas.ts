import { canonicalJson } from '@sortition/declaration';
import type { Snapshot, SnapshotDelta } from '@sortition/evaluation';

const KINDS = ['flags', 'segments', 'lists', 'layers', 'holdouts'] as const;

/**
 * The canonical JSON of the state that consecutive changes make of a whole one.
 *
 * @param wholeJson JSON of a `Snapshot`.
 * @param deltaJsons JSON of each `SnapshotDelta`, oldest first; the first starts from the whole state.
 */
export function foldDeltas(wholeJson: string, deltaJsons: readonly string[]): string {
  if (deltaJsons.length === 0) return wholeJson;
  const whole = JSON.parse(wholeJson) as Snapshot;
  const items = Object.fromEntries(
    KINDS.map((kind) => [kind, new Map<string, unknown>(whole[kind].map((item) => [item.key, item]))]),
  ) as Readonly<Record<(typeof KINDS)[number], Map<string, unknown>>>;
  let { revision } = whole;
  for (const json of deltaJsons) {
    const delta = JSON.parse(json) as SnapshotDelta;
    for (const kind of KINDS) {
      for (const key of delta[kind].removed) items[kind].delete(key);
      for (const item of delta[kind].upserted) items[kind].set(item.key, item);
    }
    ({ revision } = delta);
  }
  const sorted = (kind: (typeof KINDS)[number]): readonly unknown[] =>
    [...items[kind]].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
  return canonicalJson({ ...whole, revision, ...Object.fromEntries(KINDS.map((kind) => [kind, sorted(kind)])) });
}
