import { describe, it } from '@jest/globals';
import fc from 'fast-check';

import { PROPERTIES } from './properties.js';

describe('for every input', () => {
  it.each(Object.entries(PROPERTIES))('%s', (_title, property) => {
    fc.assert<unknown[]>(property as fc.IProperty<unknown[]>, { numRuns: 300 });
  });
});
