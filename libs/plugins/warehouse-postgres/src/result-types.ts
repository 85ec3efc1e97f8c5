import pg from 'pg';

const { INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, BOOL, TIMESTAMP, TIMESTAMPTZ } = pg.types.builtins;
const NUMBERS: ReadonlySet<number> = new Set([INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]);
const BOOLEANS: ReadonlySet<number> = new Set([BOOL]);
const TIMES: ReadonlySet<number> = new Set([TIMESTAMP, TIMESTAMPTZ]);

/** How values come back: numbers as numbers, times as ISO 8601 in UTC, truth values as such, the rest as text. */
export const RESULT_TYPES = {
  getTypeParser(oid: number): (text: string) => string | number | boolean {
    if (NUMBERS.has(oid)) return Number;
    if (BOOLEANS.has(oid)) return (text) => text === 't';
    // The session's time zone is UTC, so the text ends in +00 or has no zone.
    if (TIMES.has(oid)) return (text) => `${text.replace(' ', 'T').replace('+00', '')}Z`;
    return (text) => text;
  },
};
