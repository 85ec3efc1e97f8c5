import type { Condition, Flag, Rule } from '../model/index.js';
import type { ItemId, ItemKind } from './item-id.js';

type Visit = (kind: ItemKind, key: string) => void;

/** What a flag refers to by key. */
export function referencesOfFlag(flag: Flag): readonly ItemId[] {
  return collect((visit) => {
    flag.prerequisites?.forEach((prerequisite) => visit('flag', prerequisite.flag));
    flag.rules.forEach((rule) => visitRule(rule, visit));
  });
}

/** The segments and lists that a condition refers to. */
export function referencesOfCondition(condition: Condition): readonly ItemId[] {
  return collect((visit) => visitCondition(condition, visit));
}

/** From a key of a kind to the keys of the same kind that it refers to. */
export function referredBy(
  kind: 'flag' | 'segment',
  references: ReadonlyMap<string, readonly ItemId[]>,
): (key: string) => readonly string[] {
  return (key) => (references.get(key) ?? NONE).filter((id) => id.kind === kind).map((id) => id.key);
}

const NONE: readonly ItemId[] = Object.freeze([]);

function collect(walk: (visit: Visit) => void): readonly ItemId[] {
  let found: ItemId[] | undefined;
  walk((kind, key) => {
    if (found?.some((id) => id.kind === kind && id.key === key) === true) return;
    found ??= [];
    found.push({ kind, key });
  });
  return found ?? NONE;
}

function visitRule({ condition, serve }: Rule, visit: Visit): void {
  if (condition !== undefined) visitCondition(condition, visit);
  if (serve.kind !== 'experiment') return;
  if (serve.layer !== undefined) visit('layer', serve.layer);
  serve.holdouts?.forEach((holdout) => visit('holdout', holdout));
}

function visitCondition(condition: Condition, visit: Visit): void {
  if ('all' in condition) condition.all.forEach((each) => visitCondition(each, visit));
  else if ('any' in condition) condition.any.forEach((each) => visitCondition(each, visit));
  else if ('not' in condition) visitCondition(condition.not, visit);
  else if ('segment' in condition) visit('segment', condition.segment);
  else if ('list' in condition) visit('list', condition.list);
}
