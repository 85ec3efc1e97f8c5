import { canonicalJson } from '@sortition/declaration';
import type { Snapshot, SnapshotDelta } from '@sortition/evaluation';
import type { Steps } from '@sortition/kernel';

const KINDS = ['flags', 'segments', 'lists', 'layers', 'holdouts'] as const;

type Kind = (typeof KINDS)[number];

/**
 * The canonical JSON of the state that consecutive changes make of a whole one.
 *
 * @param wholeJson JSON of a `Snapshot`.
 * @param deltaJsons JSON of each `SnapshotDelta`, oldest first; the first starts from the whole state.
 */
export function* foldDeltas(wholeJson: string, deltaJsons: readonly string[]): Steps<string> {
  if (deltaJsons.length === 0) return wholeJson;
  const whole = JSON.parse(wholeJson) as Snapshot;
  const items = Object.fromEntries(
    KINDS.map((kind) => [kind, new Map<string, unknown>(whole[kind].map((item) => [item.key, item]))]),
  ) as Readonly<Record<Kind, Map<string, unknown>>>;
  let { revision } = whole;
  for (const json of deltaJsons) {
    yield;
    const delta = JSON.parse(json) as SnapshotDelta;
    for (const kind of KINDS) {
      for (const key of delta[kind].removed) items[kind].delete(key);
      for (const item of delta[kind].upserted) items[kind].set(item.key, item);
    }
    ({ revision } = delta);
  }
  const members = new Map<string, string>();
  for (const [name, value] of Object.entries({ ...whole, revision })) {
    const isKind = KINDS.some((kind) => kind === name);
    members.set(name, isKind ? yield* itemsJson(items[name as Kind]) : canonicalJson(value));
  }
  const sorted = [...members].sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

/** Canonical JSON of items by key, ordered by key. */
function* itemsJson(items: ReadonlyMap<string, unknown>): Steps<string> {
  const texts: string[] = [];
  for (const [, item] of [...items].sort(([one], [other]) => (one < other ? -1 : 1))) {
    texts.push(canonicalJson(item));
    yield;
  }
  return `[${texts.join(',')}]`;
}
