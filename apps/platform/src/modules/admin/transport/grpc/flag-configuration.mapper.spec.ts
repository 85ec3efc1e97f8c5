import { describe, expect, it } from '@jest/globals';
import { typesFlag } from '@sortition/contracts';

import type { FlagConfiguration } from '../../domain/flag-configuration.js';
import { readDefinition } from './field-readers.js';
import { FLAG_CONFIGURATION_MAPPER } from './flag-configuration.mapper.js';

/** A split as an importer writes it: stages before it, a program of its own, ranges instead of weights. */
const IMPORTED: FlagConfiguration = {
  enabled: true,
  rules: [
    {
      key: 'imported',
      serve: {
        kind: 'split',
        split: {
          salt: 'exp-1',
          unit: 'company.id',
          program: { hash: 'fnv1a_32', keyTemplate: '{unit}{salt}', reduce: { kind: 'modulo', total: 1_000 } },
          gates: [
            { salt: 'namespace', ranges: [{ start: 0, end: 400_000 }] },
            {
              salt: '__pricing',
              program: { hash: 'fnv1a_32', keyTemplate: '{unit}{salt}', reduce: { kind: 'modulo', total: 1_000 } },
              ranges: [
                { start: 0, end: 100 },
                { start: 200, end: 300 },
              ],
            },
          ],
          allocations: [
            { variant: 'control', weight: 0, ranges: [{ start: 0, end: 500 }] },
            { variant: 'treatment', weight: 0, ranges: [{ start: 500, end: 900.5 }] },
            { variant: 'paused', weight: 0, ranges: [] },
          ],
        },
      },
    },
  ],
  prerequisites: [],
  targets: [],
};

describe('a flag configuration on the wire', () => {
  it('keeps the gates, the ranges and the programs of an imported split', () => {
    const message = FLAG_CONFIGURATION_MAPPER.toMessage({
      id: '01900000-0000-7000-8000-000000000000',
      kind: 'flagConfiguration',
      project: 'shop',
      environment: 'production',
      key: 'button',
      definition: IMPORTED,
      version: 1,
      createdAt: new Date(0),
      updatedAt: new Date(0),
    });
    const received = typesFlag.FlagConfiguration.decode(typesFlag.FlagConfiguration.encode(message).finish());

    expect(readDefinition(FLAG_CONFIGURATION_MAPPER.readers, received)).toEqual(IMPORTED);
  });
});
