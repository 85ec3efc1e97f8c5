import { describe, expect, it } from '@jest/globals';

import { expectedShares, parseWeights } from './parse-weights.js';

describe('weights on the command line', () => {
  it.each([
    ['a=1,b=3', [0.25, 0.75]],
    ['b=30, a=10', [0.25, 0.75]],
    ['{"a": 1, "b": 3}', [0.25, 0.75]],
  ])('%s are shares of the variants a and b', (text, shares) => {
    expect(expectedShares(['a', 'b'], parseWeights(text))).toEqual(shares);
  });

  it('may name variants that hold an equals sign or, in JSON, a comma', () => {
    expect([...parseWeights('size=xl=2')]).toEqual([['size=xl', 2]]);
    expect([...parseWeights('{"a, old": 1}')]).toEqual([['a, old', 1]]);
  });

  it('are equal when there are none', () => {
    expect(expectedShares(['a', 'b', 'c', 'd'], undefined)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it.each(['a', 'a=', '=1', 'a=0,b=1', 'a=-1', 'a=x', 'a=1,a=2', '{"a":"1"}', '{', '{"a":null}'])(
    'refuse %s',
    (text) => {
      expect(() => parseWeights(text)).toThrow('--weights');
    },
  );
});
