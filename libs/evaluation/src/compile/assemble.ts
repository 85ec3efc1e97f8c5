import { compileCondition } from '../conditions/compile-condition.js';
import type { OperatorRegistry } from '../conditions/operator-registry.js';
import type { Condition, Flag } from '../model/index.js';
import { itemKinds, type ParsedItems } from '../parse/parse-snapshot.js';
import type { Problems } from '../parse/problems.js';
import { checkConfiguration } from './check-configuration.js';
import { compileFlag } from './compile-flag.js';
import { CompileScope, type CompiledItems } from './compile-scope.js';
import { IdSet } from './id-set.js';
import { dependencyOrder } from './dependency-order.js';
import { referencesOfCondition, referencesOfFlag, referencesTo } from './references.js';
import type { Sources } from './sources.js';

/** Changes to the items of a snapshot; a new snapshot is changes to nothing. */
export interface ParsedChanges {
  readonly upserted: ParsedItems;
  readonly removed: Readonly<Record<keyof ParsedItems, readonly string[]>>;
}

/**
 * Compiles the changes and what depends on them; everything else is taken over from before. Notes what is wrong with
 * the whole, and then returns undefined.
 */
export function assemble(
  before: CompiledItems,
  changes: ParsedChanges,
  operators: OperatorRegistry,
  problems: Problems,
): CompiledItems | undefined {
  const items: CompiledItems = {
    flags: new Map(before.flags),
    segments: new Map(before.segments),
    lists: new Map(before.lists),
    layers: new Map(before.layers),
    holdouts: new Map(before.holdouts),
  };
  const changed = applyPlain(items, changes, problems);
  const sources = sourcesOf(items, changes, changed);
  checkConfiguration(sources, items, problems);
  if (problems.found.length > 0) return undefined;
  compileChanged(items, sources, changed, operators);
  return items;
}

/** Applies removals and the items that need no compilation order. Returns what changed. */
function applyPlain(items: CompiledItems, { upserted, removed }: ParsedChanges, problems: Problems): Set<string> {
  const changed = new Set<string>();
  for (const [plural, kind] of itemKinds) {
    removed[plural].forEach((key, index) => {
      if (!items[plural].delete(key)) problems.add(`${plural}.removed[${index}]`, `must be the key of a ${kind}`, key);
      changed.add(`${kind}:${key}`);
    });
    for (const { key } of upserted[plural]) changed.add(`${kind}:${key}`);
  }
  for (const { key, ids } of upserted.lists) items.lists.set(key, new IdSet(ids));
  for (const layer of upserted.layers) items.layers.set(layer.key, layer);
  for (const holdout of upserted.holdouts) items.holdouts.set(holdout.key, holdout);
  for (const { key, layer } of items.holdouts.values())
    if (changed.has(`layer:${layer}`)) changed.add(`holdout:${key}`);
  return changed;
}

function sourcesOf(items: CompiledItems, { upserted }: ParsedChanges, changed: ReadonlySet<string>): Sources {
  const flags = new Map<string, Flag>();
  const segments = new Map<string, Condition>();
  const references = new Map<string, readonly string[]>();
  for (const [key, { source, references: known }] of items.flags) {
    flags.set(key, source);
    references.set(`flag:${key}`, known);
  }
  for (const [key, { condition, references: known }] of items.segments) {
    segments.set(key, condition);
    references.set(`segment:${key}`, known);
  }
  for (const flag of upserted.flags) {
    flags.set(flag.key, flag);
    references.set(`flag:${flag.key}`, referencesOfFlag(flag));
  }
  for (const { key, condition } of upserted.segments) {
    segments.set(key, condition);
    references.set(`segment:${key}`, referencesOfCondition(condition));
  }
  return { flags, segments, references, changed };
}

function compileChanged(
  items: CompiledItems,
  { flags, segments, references }: Sources,
  changed: Set<string>,
  operators: OperatorRegistry,
): void {
  const scope = new CompileScope(items, operators);
  const isStale = (id: string): boolean =>
    changed.has(id) || (references.get(id)?.some((reference) => changed.has(reference)) ?? false);
  for (const key of dependencyOrder(segments.keys(), referencesTo('segment', references)).order) {
    const condition = segments.get(key);
    const id = `segment:${key}`;
    if (condition === undefined || !isStale(id)) continue;
    changed.add(id);
    items.segments.set(key, {
      condition,
      test: compileCondition(condition, scope),
      references: references.get(id) ?? [],
    });
  }
  for (const key of dependencyOrder(flags.keys(), referencesTo('flag', references)).order) {
    const flag = flags.get(key);
    const id = `flag:${key}`;
    if (flag === undefined || !isStale(id)) continue;
    changed.add(id);
    items.flags.set(key, compileFlag(flag, references.get(id) ?? [], scope));
  }
}
