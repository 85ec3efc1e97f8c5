import { EventHook } from '@openfeature/open-telemetry-hooks';
import { OpenFeature } from '@openfeature/server-sdk';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { SortitionProvider } from './sortition-provider.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

const exporter = new InMemoryLogRecordExporter();
let platform: ScriptedPlatform;

beforeAll(async () => {
  const processors = [new SimpleLogRecordProcessor(exporter)];
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors }));
  platform = await ScriptedPlatform.start(shopSnapshot());
  await OpenFeature.setProviderAndWait(new SortitionProvider({ address: platform.address, apiKey: 'sor_server_x' }));
  OpenFeature.addHooks(new EventHook());
});

afterAll(async () => {
  OpenFeature.clearHooks();
  await OpenFeature.close();
  await platform.stop();
});

describe('OpenFeature’s OpenTelemetry hook over the provider', () => {
  it('emits feature_flag.evaluation with the attributes of the semantic conventions', async () => {
    await OpenFeature.getClient().getStringValue('checkout', 'none', { targetingKey: 'ann', company: 'acme' });
    await OpenFeature.getClient().getStringValue('none', 'fallback');

    const [evaluation, , failure] = exporter.getFinishedLogRecords();

    expect(evaluation?.eventName).toBe('feature_flag.evaluation');
    expect(evaluation?.attributes).toEqual({
      'feature_flag.key': 'checkout',
      'feature_flag.provider.name': 'sortition',
      'feature_flag.result.value': 'express',
      'feature_flag.result.variant': 'one',
      'feature_flag.result.reason': 'split',
      'feature_flag.context.id': 'ann',
      'feature_flag.set.id': 'shop/production',
      'feature_flag.version': '7',
    });
    expect(failure?.eventName).toBe('feature_flag.evaluation');
    expect(failure?.attributes).toMatchObject({
      'feature_flag.key': 'none',
      'feature_flag.result.reason': 'error',
      'error.type': 'flag_not_found',
    });
  });
});
