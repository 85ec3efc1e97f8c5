import type { Steps } from '@sortition/kernel';

import type { ItemKind, ItemsChange } from '../compile/item-id.js';
import type { ItemChanges } from '../model/index.js';
import { Fields, textOf } from './fields.js';
import { parseFlag } from './parse-flag.js';
import {
  isKnownFormat,
  parseHoldout,
  parseKeyed,
  parseLayer,
  parseList,
  parseSegment,
  type ItemParser,
} from './parse-snapshot.js';
import type { Problems } from './problems.js';

export interface ParsedDelta extends ItemsChange {
  readonly fromRevision: number;
  readonly revision: number;
}

/** Reads a delta; notes every problem of its parts. Undefined when it is not an object of a known format. */
export function* parseDelta(value: unknown, problems: Problems): Steps<ParsedDelta | undefined> {
  const fields = Fields.of(value, '', problems);
  if (fields === undefined || !isKnownFormat(fields)) return undefined;
  const fromRevision = fields.integer('fromRevision', 0);
  const revision = fields.integer('revision', (fromRevision ?? 0) + 1);
  const change: ItemsChange = {
    flags: yield* parseChanges(fields, 'flags', 'flag', parseFlag),
    segments: yield* parseChanges(fields, 'segments', 'segment', parseSegment),
    lists: yield* parseChanges(fields, 'lists', 'list', parseList),
    layers: yield* parseChanges(fields, 'layers', 'layer', parseLayer),
    holdouts: yield* parseChanges(fields, 'holdouts', 'holdout', parseHoldout),
  };
  return fromRevision === undefined || revision === undefined ? undefined : { fromRevision, revision, ...change };
}

function* parseChanges<T extends { readonly key: string }>(
  fields: Fields,
  name: keyof ItemsChange,
  kind: ItemKind,
  parse: ItemParser<T>,
): Steps<ItemChanges<T>> {
  const changes = fields.nested(name)?.only('upserted', 'removed');
  if (changes === undefined) return { upserted: [], removed: [] };
  const removed = changes.list('removed', (key, path) => textOf(key, path, fields.problems));
  return { upserted: yield* parseKeyed(changes, 'upserted', kind, parse), removed };
}
