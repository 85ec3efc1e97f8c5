import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { compileSnapshot } from '../index.js';
import { OPERATOR_DESCRIPTIONS, standardOperators } from '../operators/index.js';
import { OPERATOR_NAMES } from '../parse/parse-condition.js';

interface Case {
  readonly kind: string;
  readonly value: unknown;
  readonly matches: boolean;
}

interface Table {
  readonly list: readonly string[];
  readonly operators: readonly {
    readonly operator: string;
    readonly condition: object;
    readonly says: string;
    readonly cases: readonly Case[];
  }[];
}

const docs = new URL('../../docs/', import.meta.url);
const table = JSON.parse(readFileSync(new URL('operators.json', docs), 'utf8')) as Table;

describe('the published table of operators', () => {
  for (const { operator, condition, cases } of table.operators) {
    it.each(cases.map((each) => [each.kind, JSON.stringify(each.value), each] as const))(
      `${operator} with %s value %s`,
      (_kind, _shown, { value, matches }) => {
        const snapshot = compileSnapshot(snapshotWith(condition), { operators: standardOperators });

        const decision = snapshot.evaluate('flag', contextWith(value));

        expect(decision.variant).toBe(matches ? 'on' : 'off');
        expect(decision.errorCode).toBeUndefined();
      },
    );
  }

  it('describes every operator that is read, in the same words as for editors', () => {
    const says = table.operators.filter(({ operator }) => OPERATOR_NAMES.includes(operator));

    expect(OPERATOR_DESCRIPTIONS.map(({ name }) => name)).toEqual(OPERATOR_NAMES);
    expect(OPERATOR_DESCRIPTIONS.map((each) => [each.name, each.says])).toEqual(
      OPERATOR_NAMES.map((name) => [name, says.find(({ operator }) => operator === name)?.says]),
    );
  });

  it('is the page that people read', async () => {
    const { operatorsPage } = (await import(new URL('operators.mjs', docs).href)) as {
      operatorsPage: (table: Table) => string;
    };

    expect(readFileSync(new URL('operators.md', docs), 'utf8')).toBe(operatorsPage(table));
  });
});

function snapshotWith(condition: object): object {
  return {
    format: 1,
    organization: 'acme',
    project: 'shop',
    environment: 'production',
    revision: 1,
    flags: [
      {
        key: 'flag',
        type: 'boolean',
        variants: [
          { key: 'on', value: true },
          { key: 'off', value: false },
        ],
        enabled: true,
        defaultVariant: 'off',
        rules: [{ key: 'rule', condition, serve: { kind: 'variant', variant: 'on' } }],
      },
    ],
    segments: [],
    lists: [{ key: 'members', ids: table.list }],
    layers: [],
    holdouts: [],
  };
}

function contextWith(value: unknown): Record<string, unknown> {
  const real = realValue(value);
  return real === undefined ? {} : { a: real };
}

/** The values that JSON can not carry are written as `{ "$": name }`. */
function realValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value)) return value;
  const { $: name, text, count, of } = value as { $: string; text: string; count: number; of: unknown };
  switch (name) {
    case 'repeat':
      return text.repeat(count);
    case 'array':
      return Array.from({ length: count }, () => of);
    case 'date':
      return new Date(text);
    case 'bigint':
      return 5n;
    case 'symbol':
      return Symbol('SE');
    case 'missing':
      return undefined;
    default:
      return Number(name);
  }
}
