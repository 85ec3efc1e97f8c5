import { assignment } from '@sortition/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenFeature } from '@openfeature/server-sdk';

import type { EvaluationMode } from './provider-options.js';
import { SortitionProvider } from './sortition-provider.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { experimentRule, flagOf, shopSnapshot } from './testing/shop-flags.js';

const byEmail = {
  key: 'email',
  condition: { attribute: 'user.email', endsWith: '@acme.com' },
  serve: { kind: 'variant', variant: 'one' },
} as const;

const flags = [
  flagOf('staff', 'string', 'yes', { defaultVariant: undefined as never, rules: [byEmail] }),
  flagOf('by-email', 'string', 'yes', { rules: [experimentRule('user.email')] }),
  flagOf('by-company', 'string', 'yes', { rules: [experimentRule('company')] }),
  flagOf('elsewhere', 'string', 'yes', {
    rules: [{ ...byEmail, condition: { operator: 'acme.office', arguments: {} } }],
  }),
];

const context = { targetingKey: 'ann', company: 'acme', user: { email: 'ann@acme.com', plan: 'pro' } };

let platform: ScriptedPlatform;
const client = OpenFeature.getClient();

beforeEach(async () => {
  const { defaultVariant: _none, ...staff } = flags[0] as (typeof flags)[number];
  platform = await ScriptedPlatform.start(shopSnapshot([staff, ...flags.slice(1)]));
  platform.decisions.set('elsewhere', { variant: 'one', value: 'yes', reason: assignment.Reason.TARGETING_MATCH });
});

afterEach(async () => {
  await OpenFeature.close();
  await platform.stop();
});

async function start(mode: EvaluationMode, privateAttributes: readonly string[]): Promise<void> {
  const options = { address: platform.address, apiKey: 'sor_server_x', mode, privateAttributes };
  await OpenFeature.setProviderAndWait(new SortitionProvider(options));
}

describe('private attributes', () => {
  it('are targeted in process and recorded nowhere', async () => {
    await start('in-process', ['user.email']);

    await expect(client.getStringValue('staff', 'no', context)).resolves.toBe('yes');
    await expect(client.getStringValue('by-email', 'no', context)).resolves.toBe('yes');
    await expect(client.getStringValue('by-company', 'no', context)).resolves.toBe('yes');
    client.track('purchase', context);
    await OpenFeature.close();

    const sent = JSON.stringify(platform.events);
    expect(sent).toContain('by-company');
    expect(sent).not.toContain('by-email');
    expect(sent).not.toContain('ann@acme.com');
    expect(platform.resolved).toEqual([]);
  });

  it('take everything below them along', async () => {
    await start('in-process', ['user']);

    await expect(client.getStringValue('by-email', 'no', context)).resolves.toBe('yes');
    await expect(client.getStringValue('elsewhere', 'no', { ...context, 'user.email': 'ann' })).resolves.toBe('yes');
    client.track('purchase', context);
    await OpenFeature.close();

    expect(platform.events.map(({ payload }) => payload)).toEqual([
      { $case: 'tracked', value: expect.objectContaining({ units: { targetingKey: 'ann', company: 'acme' } }) },
    ]);
    expect(platform.resolved).toEqual([{ flag: 'elsewhere', context: { targetingKey: 'ann', company: 'acme' } }]);
  });

  it('are not sent with what the platform is asked for', async () => {
    await start('in-process', ['user.email']);

    const details = await client.getStringDetails('elsewhere', 'no', context);

    expect(details).toMatchObject({ value: 'yes', flagMetadata: { evaluatedBy: 'remote' } });
    expect(platform.resolved).toEqual([
      { flag: 'elsewhere', context: { targetingKey: 'ann', company: 'acme', user: { plan: 'pro' } } },
    ]);
  });

  it('are not sent in remote mode', async () => {
    await start('remote', ['user', 'targetingKey']);

    const { flagMetadata } = await client.getStringDetails('elsewhere', 'no', context);

    expect(platform.resolved).toEqual([{ flag: 'elsewhere', context: { company: 'acme' } }]);
    expect(flagMetadata).toEqual({ version: '7' });
  });
});

describe('an operator that the process lacks', () => {
  it('is left to the platform for its flag alone', async () => {
    await start('in-process', []);

    const elsewhere = await client.getStringDetails('elsewhere', 'no', context);
    const here = await client.getStringDetails('by-company', 'no', context);

    expect(elsewhere.flagMetadata).toMatchObject({ evaluatedBy: 'remote', flagSetId: 'shop/production' });
    expect(here.flagMetadata).not.toHaveProperty('evaluatedBy');
    expect(platform.resolved.map(({ flag }) => flag)).toEqual(['elsewhere']);
  });

  it('can be given as an option', async () => {
    const office = { name: 'acme.office', parse: () => undefined, matches: () => true } as const;
    const options = { address: platform.address, apiKey: 'sor_server_x', operators: [office] };
    await OpenFeature.setProviderAndWait(new SortitionProvider(options));

    const details = await client.getStringDetails('elsewhere', 'no', context);

    expect(details).toMatchObject({ value: 'yes', reason: 'TARGETING_MATCH' });
    expect(platform.resolved).toEqual([]);
  });
});
