import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SortitionProvider } from './sortition-provider.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { experimentRule, flagOf, shopSnapshot } from './testing/shop-flags.js';

const flags = [
  flagOf('secret', 'string', 'for servers'),
  flagOf('plain', 'boolean', false, { clientVisible: true }),
  flagOf('checkout', 'string', 'express', { clientVisible: true, rules: [experimentRule('company')] }),
];
let platform: ScriptedPlatform;
let provider: SortitionProvider;

beforeEach(async () => {
  platform = await ScriptedPlatform.start(shopSnapshot(flags));
});

afterEach(async () => {
  await provider.onClose();
  await platform.stop();
});

function newProvider(more: Partial<ConstructorParameters<typeof SortitionProvider>[0]> = {}): SortitionProvider {
  provider = new SortitionProvider({ address: platform.address, apiKey: 'sor_server_x', ...more });
  return provider;
}

describe('what a page starts with', () => {
  const context = { targetingKey: 'ann', company: 'acme' };

  it('holds the flags that are marked for clients, in the form of a bulk evaluation', async () => {
    await newProvider().initialize();

    await expect(provider.bootstrap(context)).resolves.toEqual({
      flags: [
        {
          key: 'checkout',
          value: 'express',
          variant: 'one',
          reason: 'SPLIT',
          metadata: {
            'sortition.rule': 'experiment',
            'sortition.experiment': 'checkout-test',
            'sortition.phase': 2,
            'sortition.unitAttribute': 'company',
            'sortition.unit': 'acme',
          },
        },
        { key: 'plain', value: false, variant: 'one', reason: 'STATIC' },
      ],
      metadata: { flagSetId: 'shop/production', version: '7' },
    });
  });

  it('names no private unit', async () => {
    await newProvider({ privateAttributes: ['company'] }).initialize();
    const { flags: made } = await provider.bootstrap(context);

    expect(JSON.stringify(made)).not.toContain('acme');
    expect(made[0]).toMatchObject({ key: 'checkout', value: 'express' });
  });

  it.each([
    ['before the provider is ready', {}],
    ['in remote mode', { mode: 'remote' as const }],
  ])('cannot be made %s', async (_name, more) => {
    newProvider(more);
    if ('mode' in more) await provider.initialize();

    await expect(provider.bootstrap(context)).rejects.toThrow('in-process');
  });
});
