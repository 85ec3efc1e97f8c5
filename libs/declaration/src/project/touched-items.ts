import type { Steps } from '@sortition/kernel';

import { isSeenByEvaluation } from '../definition-fields.js';
import type { Resource, ResourceKind } from '../resource.js';
import { ITEM_KINDS, type ItemKind } from './build-snapshot.js';
import type { ResourceChange } from './project-draft.js';
import type { ProjectState } from './project-state.js';

/** Keys of the items of one environment's snapshot that a change of resources may change, by kind. */
export type TouchedItems = Readonly<Record<ItemKind, ReadonlySet<string>>>;

/** The items of an environment that changes may have changed. Costs the changes and what mentions them. */
export function* touchedItems(
  state: ProjectState,
  environment: string,
  changes: readonly ResourceChange[],
): Steps<TouchedItems> {
  const touched = { flags: new Set<string>(), segments: new Set<string>(), layers: new Set<string>() };
  for (const { before, after } of changes) {
    yield;
    const resource = after ?? before;
    if (!resource || !isSeen(resource.kind, before, after)) continue;
    const { kind, key } = resource;
    if (kind === 'flag') touched.flags.add(key);
    if (kind === 'flagConfiguration' && resource.environment === environment) touched.flags.add(key);
    if (kind === 'segment') touched.segments.add(key);
    if (kind === 'layer') touched.layers.add(key);
    if (kind !== 'experiment') continue;
    for (const referrer of state.mentioning('experiment', key)) {
      if (referrer.environment === environment) touched.flags.add(referrer.key);
    }
  }
  return touched;
}

/** Every item of the project. */
export function allItems(state: ProjectState): TouchedItems {
  const keysOf = (kind: 'flag' | 'segment' | 'layer'): ReadonlySet<string> =>
    new Set(state.all(kind).map(({ key }) => key));
  return { flags: keysOf('flag'), segments: keysOf('segment'), layers: keysOf('layer') };
}

export function touchesNothing(touched: TouchedItems): boolean {
  return ITEM_KINDS.every((kind) => touched[kind].size === 0);
}

function isSeen(
  kind: ResourceKind,
  before: Resource<ResourceKind> | undefined,
  after: Resource<ResourceKind> | undefined,
): boolean {
  // A resource that was removed and made again under its key is another one.
  const previous = before && after && before.id !== after.id ? undefined : before;
  return isSeenByEvaluation(kind, previous?.definition, after?.definition);
}
