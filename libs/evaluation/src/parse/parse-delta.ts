import { Fields, textOf } from './fields.js';
import { isKnownFormat, parseItems, parseKeyed, type ItemParser, type ParsedItems } from './parse-snapshot.js';
import type { Problems } from './problems.js';

export interface ParsedDelta {
  readonly fromRevision: number;
  readonly revision: number;
  readonly upserted: ParsedItems;
  readonly removed: Readonly<Record<keyof ParsedItems, readonly string[]>>;
}

/** Reads a delta; notes every problem of its parts. Undefined when it is not an object of a known format. */
export function parseDelta(value: unknown, problems: Problems): ParsedDelta | undefined {
  const fields = Fields.of(value, '', problems);
  if (fields === undefined || !isKnownFormat(fields)) return undefined;
  const fromRevision = fields.integer('fromRevision', 0);
  const revision = fields.integer('revision', (fromRevision ?? 0) + 1);
  const removed: Record<keyof ParsedItems, readonly string[]> = {
    flags: [],
    segments: [],
    lists: [],
    layers: [],
    holdouts: [],
  };
  const upserted = parseItems(<T extends { readonly key: string }>(name: keyof ParsedItems, parse: ItemParser<T>) => {
    const changes = fields.nested(name)?.only('upserted', 'removed');
    if (changes === undefined) return [];
    removed[name] = changes.list('removed', (key, path) => textOf(key, path, problems));
    return parseKeyed(changes, 'upserted', parse);
  });
  if (fromRevision === undefined || revision === undefined) return undefined;
  return { fromRevision, revision, upserted, removed };
}
