import type { WarehouseValue } from '@sortition/plugin-sdk';

/** Text, quoted names and comments, in which `$1` is no parameter; or a parameter. */
const QUOTED_OR_PARAMETER = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|--[^\n]*|\$(\d+)/gs;

/** A query as ClickHouse takes it: its parameters have names and types. */
export interface NamedQuery {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, WarehouseValue>>;
}

/** Turns `$1` into `{p1:String}`, or whatever type the first value has. */
export function namedParameters(sql: string, values: readonly WarehouseValue[]): NamedQuery {
  const named = sql.replace(QUOTED_OR_PARAMETER, (found: string, position: string | undefined) =>
    position === undefined ? found : `{p${position}:${typeOf(values[Number(position) - 1] ?? null)}}`,
  );
  return { sql: named, parameters: Object.fromEntries(values.map((value, index) => [`p${String(index + 1)}`, value])) };
}

function typeOf(value: WarehouseValue): string {
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Bool';
    case 'number':
      return Number.isSafeInteger(value) ? 'Int64' : 'Float64';
    default:
      return 'Nullable(String)';
  }
}
