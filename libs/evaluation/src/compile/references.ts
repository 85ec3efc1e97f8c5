import type { Condition, Flag, Rule } from '../model/index.js';
import type { ReferenceKind } from '../parse/problems.js';

export type Visit = (kind: ReferenceKind, key: string) => void;

/** What a flag refers to by key, as `kind:key`. */
export function referencesOfFlag(flag: Flag): readonly string[] {
  return collect((visit) => {
    flag.prerequisites?.forEach((prerequisite) => visit('flag', prerequisite.flag));
    flag.rules.forEach((rule) => visitRule(rule, visit));
  });
}

/** The segments and lists that a condition refers to, as `kind:key`. */
export function referencesOfCondition(condition: Condition): readonly string[] {
  return collect((visit) => visitCondition(condition, visit));
}

/** From a key of a kind to the keys of the same kind that it refers to. */
export function referencesTo(
  kind: 'flag' | 'segment',
  references: ReadonlyMap<string, readonly string[]>,
): (key: string) => readonly string[] {
  const prefix = `${kind}:`;
  return (key) => {
    const all = references.get(prefix + key) ?? NONE;
    if (all.length === 0) return all;
    return all.filter((reference) => reference.startsWith(prefix)).map((reference) => reference.slice(prefix.length));
  };
}

const NONE: readonly string[] = Object.freeze([]);

function collect(walk: (visit: Visit) => void): readonly string[] {
  const references = new Set<string>();
  walk((kind, key) => references.add(`${kind}:${key}`));
  return references.size === 0 ? NONE : [...references];
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
