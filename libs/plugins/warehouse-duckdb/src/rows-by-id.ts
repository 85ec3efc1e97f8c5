/** What recognises a row. */
export interface Identified {
  readonly environmentId: string;
  readonly eventId: string;
}

/** No id lies beyond. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The rows of a batch, of those with the same id in an environment the first. */
export class RowsById<Row extends Identified> {
  /** Ids of the rows' events, separated by commas. */
  readonly ids: string;
  /** The least of the ids, and the greatest. */
  readonly smallest: string;
  readonly largest: string;
  private readonly rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    const ids = rows.map(({ eventId }) => eventId.toLowerCase());
    let smallest = LAST_ID;
    let largest = '';
    for (const id of ids) {
      if (id < smallest) smallest = id;
      if (id > largest) largest = id;
    }
    this.ids = ids.join(',');
    this.smallest = smallest;
    this.largest = largest;
    // Hardly ever does an id come twice; only then environments matter.
    this.rows = new Set(ids).size === rows.length ? rows : firstOfEach(rows);
  }

  /** The rows that are not among those given. */
  without(known: readonly Identified[]): readonly Row[] {
    if (known.length === 0) return this.rows;
    const keys = new Set(known.map(keyOf));
    return this.rows.filter((row) => !keys.has(keyOf(row)));
  }
}

function firstOfEach<Row extends Identified>(rows: readonly Row[]): readonly Row[] {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (!first.has(key)) first.set(key, row);
  }
  return [...first.values()];
}

function keyOf({ environmentId, eventId }: Identified): string {
  return `${environmentId} ${eventId}`.toLowerCase();
}
