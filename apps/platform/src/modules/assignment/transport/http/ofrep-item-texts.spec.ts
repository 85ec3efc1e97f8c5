import { describe, expect, it } from '@jest/globals';
import { compileSnapshot } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';
import fc from 'fast-check';

import { arbitraryEnvironment, arbitraryJsonContext } from '../../testing/arbitrary-environment.js';
import { ofrepItem } from './ofrep-item.js';
import { ofrepJson } from './ofrep-json.js';
import { OfrepItemTexts } from './ofrep-item-texts.js';

const SET_METADATA = { flagSetId: 'shop/production', version: '7' };
const UNITS = ['u', '', 'ä "quoted" \u2028 \ud800', '\u0000\u0001\u0000', 'a'.repeat(300)];

describe('the JSON of an answer for a flag', () => {
  it.each([
    ['with', SET_METADATA],
    ['without', undefined],
  ])('is that of its item, %s metadata of the flag set, each time that it is asked for', (_, setMetadata) => {
    fc.assert(
      fc.property(
        arbitraryEnvironment(6, 2),
        fc.array(arbitraryJsonContext, { maxLength: 4 }),
        (snapshot, contexts) => {
          const compiled = compileSnapshot(snapshot, { operators: standardOperators });
          const texts = new OfrepItemTexts(setMetadata);
          const all = [...contexts, ...UNITS.map((targetingKey) => ({ targetingKey }))];
          for (const context of [...all, ...all]) {
            for (const key of compiled.flagKeys()) {
              const decision = compiled.evaluate(key, context, { now: 0 });

              const { json } = texts.of(key, decision, compiled.flag(key));

              expect(json).toBe(ofrepJson(ofrepItem(key, decision, setMetadata), compiled.flag(key)));
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
