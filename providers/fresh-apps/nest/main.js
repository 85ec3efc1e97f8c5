/* global fetch -- Node's own */
import 'reflect-metadata';

import assert from 'node:assert/strict';
import { env } from 'node:process';

import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BooleanFeatureFlag, OpenFeatureModule } from '@openfeature/nestjs-sdk';
import { OpenFeature } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';
import { firstValueFrom, map } from 'rxjs';

// Decorators are applied by hand: plain JavaScript has none.
class CheckoutController {
  checkout(fastCheckout) {
    return firstValueFrom(fastCheckout.pipe(map(({ value, reason }) => ({ value, reason }))));
  }
}
const { prototype } = CheckoutController;
BooleanFeatureFlag({ flagKey: 'fast-checkout', defaultValue: false })(prototype, 'checkout', 0);
Get('checkout')(prototype, 'checkout', Object.getOwnPropertyDescriptor(prototype, 'checkout'));
Controller()(CheckoutController);

class AppModule {}
Module({
  imports: [
    OpenFeatureModule.forRoot({
      contextFactory: (context) => {
        const { headers } = context.switchToHttp().getRequest();
        return { targetingKey: headers['x-user'] ?? 'nobody', country: headers['x-country'] ?? 'NO' };
      },
    }),
  ],
  controllers: [CheckoutController],
})(AppModule);

// The module does not wait for a provider that it is given, so the first request could come too early.
await OpenFeature.setProviderAndWait(
  new SortitionProvider({ address: env.SORTITION_GRPC, apiKey: env.SORTITION_SERVER_KEY }),
);
const app = await NestFactory.create(AppModule, { logger: ['error'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/checkout`;
const ask = async (country) => (await fetch(url, { headers: { 'x-country': country } })).json();

assert.deepEqual(await ask('SE'), { value: true, reason: 'TARGETING_MATCH' });
assert.deepEqual(await ask('NO'), { value: false, reason: 'DEFAULT' });
await app.close();
