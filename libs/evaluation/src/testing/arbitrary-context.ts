/* eslint-disable no-restricted-globals -- contexts carry dates; no clock is read */
import fc from 'fast-check';

import { ATTRIBUTES } from './arbitrary-snapshot.js';

/** Makes a value. Some of them break whoever looks at them, so that they are made as late as possible. */
export type Maker = () => unknown;

/** Values that no JSON parser makes: whatever a caller may pass by mistake or by malice. */
const hostileValue: fc.Arbitrary<Maker> = fc.constantFrom<Maker>(
  () => undefined,
  () => Number.NaN,
  () => Infinity,
  () => 5n,
  () => Symbol('SE'),
  () => () => 'SE',
  () => new Date('2026-03-01T00:00:00Z'),
  () => new Date(Number.NaN),
  () => 'S'.repeat(100_000),
  () => '\ud800',
  () => new Array<unknown>(4_000_000_000),
  () => Object.create({ plan: 'pro' }) as object,
  revokedProxy,
  throwingProxy,
  cycle,
);

const ordinaryValue: fc.Arbitrary<Maker> = made(
  fc.oneof(
    fc.constantFrom<unknown>('SE', 'NO', 'free', 'pro', 'a', '', 'zo\u00eb', 'user-1', 7, 25, 1.5, true, null),
    fc.array(fc.constantFrom<unknown>('SE', 'pro', 3, null), { maxLength: 3 }),
    fc.record({ plan: fc.constantFrom('pro', 'free') }),
    fc.constantFrom('2025-12-31', '2026-03-01T00:00:00Z'),
  ),
);

const hostileContext: fc.Arbitrary<Maker> = fc.oneof(
  dictionary(fc.constantFrom(...ATTRIBUTES, 'user', 'constructor', 'toString'), fc.oneof(ordinaryValue, hostileValue)),
  made(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true }))),
  fc.constantFrom(...ATTRIBUTES).map((name) => () => throwingGetter(name)),
  made(fc.json()).map((text) => () => JSON.parse(`{"__proto__":${String(text())},"targetingKey":"u"}`) as object),
  made(fc.anything()),
  hostileValue,
);

/** Contexts that applications send and contexts that nobody should. */
export const arbitraryContext: fc.Arbitrary<Maker> = fc.oneof(
  dictionary(fc.constantFrom(...ATTRIBUTES, 'user'), ordinaryValue),
  hostileContext,
);

/** Contexts as applications send them, mostly with a targeting key. */
export const arbitraryPlainContext: fc.Arbitrary<object> = fc
  .tuple(
    dictionary(fc.constantFrom(...ATTRIBUTES, 'user'), ordinaryValue),
    fc.option(fc.string({ minLength: 1, unit: 'binary' }), { freq: 5 }),
  )
  .map(([context, targetingKey]) => ({ ...(context() as object), ...(targetingKey === null ? {} : { targetingKey }) }));

function made(values: fc.Arbitrary<unknown>): fc.Arbitrary<Maker> {
  return values.map((value) => () => value);
}

function dictionary(names: fc.Arbitrary<string>, values: fc.Arbitrary<Maker>): fc.Arbitrary<Maker> {
  return fc
    .array(fc.tuple(names, values), { maxLength: 8 })
    .map((entries) => () => Object.fromEntries(entries.map(([name, make]) => [name, make()])));
}

function throwingGetter(name: string): object {
  return Object.defineProperty({ targetingKey: 'user-1', plan: 'pro' }, name, {
    enumerable: true,
    get: () => {
      throw new Error('getter');
    },
  });
}

function throwingProxy(): object {
  const fail = (): never => {
    throw new Error('trap');
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail });
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cycle(): object {
  const object: Record<string, unknown> = { plan: 'pro' };
  object['user'] = object;
  object['tags'] = [object];
  return object;
}
