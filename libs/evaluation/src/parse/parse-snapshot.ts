import type { Steps } from '@sortition/kernel';

import {
  SNAPSHOT_FORMAT,
  type Holdout,
  type Layer,
  type MembershipList,
  type Segment,
  type Snapshot,
} from '../model/index.js';
import type { ItemKind } from '../compile/item-id.js';
import { Fields, present, textOf } from './fields.js';
import { parseCondition } from './parse-condition.js';
import { distinct, parseFlag } from './parse-flag.js';
import { parseBucketRanges } from './parse-split.js';
import type { Problems } from './problems.js';

/** Most ids of one membership list. */
export const LIST_LENGTH = 10_000_000;

/**
 * Reads a snapshot into a copy that shares nothing with the input but text and numbers. Notes every problem of its
 * parts; what they refer to is checked apart. Undefined when it is not an object of a known format.
 */
export function* parseSnapshot(value: unknown, problems: Problems): Steps<Snapshot | undefined> {
  const fields = Fields.of(value, '', problems);
  if (fields === undefined || !isKnownFormat(fields)) return undefined;
  return present<Snapshot>({
    format: SNAPSHOT_FORMAT,
    organization: fields.key('organization'),
    project: fields.key('project'),
    environment: fields.key('environment'),
    revision: fields.integer('revision', 0),
    flags: yield* parseKeyed(fields, 'flags', 'flag', parseFlag),
    segments: yield* parseKeyed(fields, 'segments', 'segment', parseSegment),
    lists: yield* parseKeyed(fields, 'lists', 'list', parseList),
    layers: yield* parseKeyed(fields, 'layers', 'layer', parseLayer),
    holdouts: yield* parseKeyed(fields, 'holdouts', 'holdout', parseHoldout),
  });
}

export type ItemParser<T> = (value: unknown, path: string, problems: Problems) => T | undefined;

/** Reads a list of items whose keys must differ. */
export function* parseKeyed<T extends { readonly key: string }>(
  fields: Fields,
  name: string,
  kind: ItemKind,
  parse: ItemParser<T>,
): Steps<readonly T[]> {
  const { problems } = fields;
  const parsed = yield* fields.listInSteps(name, (item, path) => {
    const read = parse(item, path, problems);
    if (read === undefined) problems.unread[kind].add(String((item as Partial<T> | null)?.key));
    return read;
  });
  if (parsed.length > 1) distinct(fields, name, parsed);
  return parsed;
}

/** Notes a problem unless the format is one that this version reads. */
export function isKnownFormat(fields: Fields): boolean {
  const format = fields.get('format');
  if (format === SNAPSHOT_FORMAT) return true;
  fields.wrong('format', `must be ${SNAPSHOT_FORMAT}, the only format that this version reads`, format);
  return false;
}

export function parseSegment(value: unknown, path: string, problems: Problems): Segment | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  const condition = parseCondition(fields.nested('condition'));
  return condition && { key, condition };
}

export function parseList(value: unknown, path: string, problems: Problems): MembershipList | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  return { key, ids: fields.list('ids', (id, at) => textOf(id, at, problems), LIST_LENGTH) };
}

export function parseLayer(value: unknown, path: string, problems: Problems): Layer | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  const salt = fields?.salt('salt');
  return key === undefined || salt === undefined ? undefined : { key, salt };
}

export function parseHoldout(value: unknown, path: string, problems: Problems): Holdout | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  return present<Holdout>({
    key,
    layer: fields.reference('layer', 'layer'),
    ranges: parseBucketRanges(fields, 'ranges'),
  });
}
