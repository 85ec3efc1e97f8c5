import {
  SNAPSHOT_FORMAT,
  type Flag,
  type Holdout,
  type Layer,
  type MembershipList,
  type Segment,
} from '../model/index.js';
import { Fields, present, textOf } from './fields.js';
import { parseCondition } from './parse-condition.js';
import { distinct, parseFlag } from './parse-flag.js';
import { parseBucketRanges } from './parse-split.js';
import type { Problems, ReferenceKind } from './problems.js';

/** Most ids of one membership list. */
export const LIST_LENGTH = 10_000_000;

/** Whose state a snapshot is, and which. */
export interface SnapshotHeader {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  readonly revision: number;
}

/** The items of a snapshot, or those that a delta brings. */
export interface ParsedItems {
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
  readonly lists: readonly MembershipList[];
  readonly layers: readonly Layer[];
  readonly holdouts: readonly Holdout[];
}

/** The name of each kind's items, and the kind. */
export const itemKinds = [
  ['flags', 'flag'],
  ['segments', 'segment'],
  ['lists', 'list'],
  ['layers', 'layer'],
  ['holdouts', 'holdout'],
] as const satisfies readonly (readonly [keyof ParsedItems, ReferenceKind])[];

export interface ParsedSnapshot {
  readonly header: SnapshotHeader;
  readonly items: ParsedItems;
}

/**
 * Reads a snapshot into a copy that shares nothing with the input but text and numbers. Notes every problem of its
 * parts; what they refer to is checked apart. Undefined when it is not an object of a known format.
 */
export function parseSnapshot(value: unknown, problems: Problems): ParsedSnapshot | undefined {
  const fields = Fields.of(value, '', problems);
  if (fields === undefined || !isKnownFormat(fields)) return undefined;
  const header = present<SnapshotHeader>({
    organization: fields.key('organization'),
    project: fields.key('project'),
    environment: fields.key('environment'),
    revision: fields.integer('revision', 0),
  });
  return { header, items: parseItems((name, parse) => parseKeyed(fields, name, parse)) };
}

export type ItemParser<T> = (value: unknown, path: string, problems: Problems) => T | undefined;

/** Reads the items of every kind through a reader of one kind. */
export function parseItems(
  read: <T extends { readonly key: string }>(name: keyof ParsedItems, parse: ItemParser<T>) => readonly T[],
): ParsedItems {
  return {
    flags: read('flags', parseFlag),
    segments: read('segments', parseSegment),
    lists: read('lists', parseList),
    layers: read('layers', parseLayer),
    holdouts: read('holdouts', parseHoldout),
  };
}

/** Reads a list of items whose keys must differ. */
export function parseKeyed<T extends { readonly key: string }>(
  fields: Fields,
  name: string,
  parse: ItemParser<T>,
): readonly T[] {
  const parsed = fields.list(name, (item, path) => parse(item, path, fields.problems));
  distinct(fields, name, parsed);
  return parsed;
}

/** Notes a problem unless the format is one that this version reads. */
export function isKnownFormat(fields: Fields): boolean {
  const format = fields.get('format');
  if (format === SNAPSHOT_FORMAT) return true;
  fields.wrong('format', `must be ${SNAPSHOT_FORMAT}, the only format that this version reads`, format);
  return false;
}

function parseSegment(value: unknown, path: string, problems: Problems): Segment | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  const condition = parseCondition(fields.nested('condition'));
  return condition && { key, condition };
}

function parseList(value: unknown, path: string, problems: Problems): MembershipList | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  return { key, ids: fields.list('ids', (id, at) => textOf(id, at, problems), LIST_LENGTH) };
}

function parseLayer(value: unknown, path: string, problems: Problems): Layer | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  const salt = fields?.salt('salt');
  return key === undefined || salt === undefined ? undefined : { key, salt };
}

function parseHoldout(value: unknown, path: string, problems: Problems): Holdout | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  return present<Holdout>({
    key,
    layer: fields.reference('layer', 'layer'),
    ranges: parseBucketRanges(fields, 'ranges'),
  });
}
