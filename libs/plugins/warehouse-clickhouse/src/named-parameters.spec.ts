import { describe, expect, it } from '@jest/globals';

import { namedParameters } from './named-parameters.js';

describe('named parameters', () => {
  it('have the type of their value', () => {
    expect(namedParameters('SELECT $1, $2, $3, $4, $5, $1', ['a', 7, 0.5, true, null])).toEqual({
      sql: 'SELECT {p1:String}, {p2:Int64}, {p3:Float64}, {p4:Bool}, {p5:Nullable(String)}, {p1:String}',
      parameters: { p1: 'a', p2: 7, p3: 0.5, p4: true, p5: null },
    });
  });

  it.each([`'$1'`, `'it''s $1'`, `'\\' $1'`, '"$1"', '`$1`', '-- $1'])('leave %s alone', (text) => {
    expect(namedParameters(`SELECT 1 AS ${text}\n, $1`, ['a']).sql).toBe(`SELECT 1 AS ${text}\n, {p1:String}`);
  });
});
