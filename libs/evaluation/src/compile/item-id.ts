import type { SnapshotDelta } from '../model/index.js';

/** Changes to the items of every kind. */
export type ItemsChange = Pick<SnapshotDelta, 'flags' | 'segments' | 'lists' | 'layers' | 'holdouts'>;

export type ItemKind = 'flag' | 'segment' | 'list' | 'layer' | 'holdout';

/** An item of a snapshot. */
export interface ItemId {
  readonly kind: ItemKind;
  readonly key: string;
}

/** The name of each kind's items, and the kind. */
export const ITEM_KINDS = [
  ['flags', 'flag'],
  ['segments', 'segment'],
  ['lists', 'list'],
  ['layers', 'layer'],
  ['holdouts', 'holdout'],
] as const satisfies readonly (readonly [keyof ItemsChange, ItemKind])[];
