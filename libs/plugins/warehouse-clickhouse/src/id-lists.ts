import { checkedUuid } from './new-rows.js';

/** Ids that one statement names; 39 characters each, well below ClickHouse's longest statement of 256 KiB. */
const IDS_PER_STATEMENT = 4_000;

/** The ids in lists that a statement can hold, each as what follows IN. */
export function idLists(ids: readonly string[]): readonly string[] {
  return Array.from({ length: Math.ceil(ids.length / IDS_PER_STATEMENT) }, (_, index) => {
    const some = ids.slice(index * IDS_PER_STATEMENT, (index + 1) * IDS_PER_STATEMENT);
    return `(SELECT UUIDStringToNum(arrayJoin([${some.map((id) => `'${checkedUuid(id)}'`).join(',')}])))`;
  });
}
